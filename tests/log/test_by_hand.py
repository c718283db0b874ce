"""The section "Verify without levcheck" of docs/security.md, followed with SHA-256, Ed25519 and JSON alone."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from conftest import TODAY, initialized
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from flask.testing import FlaskClient
from levcheck.app import Settings, create_app
from levcheck.clock import now
from levcheck.records.archive import export
from log.sealing import sealed
from records.keeping import sale

COUNT = 12


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A service whose key was rotated between its determinations, which were sealed three at a time; one was voided."""
    app = create_app(Settings(dev=True, data=initialized(tmp_path)), today=lambda: TODAY)
    client, records = app.test_client(), app.extensions["levcheck"].kept
    for number in range(COUNT):
        answer = client.post("/v1/determinations", json=sale(), headers={"Idempotency-Key": f"k{number}"})
        if number == COUNT // 2:
            records.keys.rotate(now())
            client.post(
                f"/v1/determinations/{answer.json['id']}/void", json={"reason": "x"}, headers={"Idempotency-Key": "v"}
            )
        if number % 3 == 2:
            sealed(records)
    return app


def test_the_page_can_be_followed(app: Flask, tmp_path: Path) -> None:
    """Every certificate, record, proof and checkpoint verifies as the page says, by code that is none of the service's."""
    client = app.test_client()
    told = _get(client, "/.well-known/jwks.json")["keys"]
    keys = {key["kid"]: Ed25519PublicKey.from_public_bytes(_bytes(key["x"])) for key in told}
    export(app.extensions["levcheck"].kept.store, tmp_path / "out", {}, now(), lambda rows, _count: rows)
    lines = [json.loads(line) for line in (tmp_path / "out" / "determinations.ndjson").read_text("utf-8").splitlines()]
    assert (len(lines), len(keys)) == (COUNT, 2)
    seen: dict[int, bytes] = {}
    for line in lines:
        claims = _claims(line["certificate"], "levcheck-certificate+jws", keys)
        assert _sha256(_canonical(line["record"])).hex() == claims["record"]
        proof = _get(client, f"/v1/determinations/{claims['jti']}/proof")
        signed = _claims(proof["checkpoint"]["signed"], "levcheck-checkpoint+jws", keys)
        path = [bytes.fromhex(node) for node in proof["inclusion"]]
        root = _root_over(proof["index"], proof["size"], _sha256(b"\x00" + proof["entry"].encode()), path)
        assert (root.hex(), proof["size"]) == (signed["root"], signed["size"])
        entry = json.loads(proof["entry"])
        same = {"id": "jti", "record": "record", "recorded_at": "recorded_at", "retain_until": "retain_until"}
        assert {name: entry[name] for name in same} == {name: claims[claim] for name, claim in same.items()}
        seen[proof["index"]] = proof["entry"].encode()
    assert len(seen) == COUNT


def test_a_checkpoint_is_held_against_a_later_one(app: Flask) -> None:
    """The consistency proof leads from a kept checkpoint's root to a later one's."""
    client = app.test_client()
    sizes = [size for size in range(1, COUNT + 2) if client.get(f"/v1/log/checkpoint?size={size}").status_code == 200]
    roots = {size: bytes.fromhex(_get(client, f"/v1/log/checkpoint?size={size}")["root"]) for size in sizes}
    assert len(sizes) == 4
    for first in sizes:
        for second in sizes[sizes.index(first) + 1 :]:
            told = _get(client, f"/v1/log/consistency?first={first}&second={second}")["proof"]
            path = [bytes.fromhex(node) for node in told]
            assert _roots_by(first, second, roots[first], path) == (roots[first], roots[second])


def _get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right)


def _canonical(value: Any) -> bytes:
    """RFC 8785 of what holds no fractions."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _claims(jws: str, kind: str, keys: dict[str, Ed25519PublicKey]) -> Any:
    head, claims, signature = jws.split(".")
    told = json.loads(_bytes(head))
    assert (told["alg"], told["typ"]) == ("Ed25519", kind)
    keys[told["kid"]].verify(_bytes(signature), f"{head}.{claims}".encode())
    return json.loads(_bytes(claims))


def _root_over(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2, step by step."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn != 0
        if fn % 2 == 1 or fn == sn:
            r = _node(p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            r = _node(r, p)
        fn, sn = fn // 2, sn // 2
    assert sn == 0
    return r


def _roots_by(first: int, second: int, first_root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.4.2, step by step."""
    path = [first_root, *path] if first & (first - 1) == 0 else path
    fn, sn = first - 1, second - 1
    while fn % 2 == 1:
        fn, sn = fn // 2, sn // 2
    fr = sr = path[0]
    for c in path[1:]:
        assert sn != 0
        if fn % 2 == 1 or fn == sn:
            fr, sr = _node(c, fr), _node(c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            sr = _node(sr, c)
        fn, sn = fn // 2, sn // 2
    assert sn == 0
    return fr, sr
