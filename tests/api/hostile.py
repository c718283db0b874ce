"""Requests that nobody sends by accident: bodies, addresses and raw bytes, each with the answers that it may get.

What a body asks is `POST /v1/checks`; `statuses` is every status that this may be answered with, nearly always one.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from string import ascii_letters, digits
from typing import Any

JSON = "application/json"
LARGEST = 65_536
VIN = "1FTEW3LP9SKE98169"


@dataclass(frozen=True)
class Body:
    """A body, the media type it claims, more headers, and the answers it may get from /v1/checks."""

    name: str
    raw: bytes
    statuses: frozenset[int]
    content_type: str | None = JSON
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Wire:
    """Bytes as they go over the wire. `by_server`: gunicorn may refuse them itself, without a problem document."""

    name: str
    raw: bytes
    statuses: frozenset[int]
    by_server: bool = False
    half_close: bool = False


def _body(name: str, raw: bytes | str, *statuses: int, content_type: str | None = JSON, **headers: str) -> Body:
    sent = raw.encode("utf-8") if isinstance(raw, str) else raw
    named = tuple((key.replace("_", "-"), value) for key, value in headers.items())
    return Body(name, sent, frozenset(statuses), content_type, named)


def _member(path: str, value: str) -> str:
    """A request in which the member at a path has a value that is given as JSON text."""
    for name in reversed(path.split(".")):
        value = f'{{"{name}": {value}}}'
    return value


def _names(count: int) -> Iterator[str]:
    return islice(map("".join, product(ascii_letters + digits + "!#$%&()*+,-.:;<=>?@[]^_`{|}~", repeat=2)), count)


def _depths() -> Iterator[Body]:
    yield _body("200,000 arrays", "[" * 200_000, 413)
    yield _body("200,000 objects", '{"a":' * 200_000, 413)
    yield _body("65,000 arrays", "[" * 65_000, 400)
    yield _body("32,000 arrays, closed", "[" * 32_000 + "]" * 32_000, 400)
    yield _body("13,000 objects", '{"a":' * 13_000, 400)
    yield _body("10,000 objects, closed", '{"a":' * 10_000 + "1" + "}" * 10_000, 400)
    yield _body("10,000 blocks in a block", '{"vehicle":' * 5_000 + "{}" + "}" * 5_000, 400)
    yield _body("5,000 arrays in a member", _member("reference", "[" * 5_000 + "]" * 5_000), 400)
    yield _body("500 arrays in a member", _member("reference", "[" * 500 + "]" * 500), 422)
    yield _body("900 arrays around an escape", "[" * 900 + r'"\u0041"' + "]" * 900, 400, 422)


def _numbers() -> Iterator[Body]:
    for path in ("vehicle.mileage", "vehicle.model_year", "vehicle.gvwr_lb", "reference", "nothing"):
        yield _body(f"5,000 digits for {path}", _member(path, "9" * 5_000), 400)
        yield _body(f"a fraction of 5,000 digits for {path}", _member(path, "0." + "1" * 5_000), 400)
        yield _body(f"61 digits for {path}", _member(path, "9" * 61), 400)
        yield _body(f"60 digits for {path}", _member(path, "9" * 60), 422)
        yield _body(f"60 negative digits for {path}", _member(path, "-" + "9" * 59), 422)
        yield _body(f"20 digits for {path}", _member(path, "18446744073709551616"), 422)
        for exponent in ("999999999", "-999999999", "9" * 30, "-" + "9" * 30, "9" * 5_000, "401", "-401", "+4300"):
            yield _body(f"1e{exponent[:12]} ({len(exponent)}) for {path}", _member(path, f"1e{exponent}"), 400)
        yield _body(f"0e99999999 for {path}", _member(path, "0e99999999"), 400)
        for large in ("1e60", "1.7976931348623157e308", "-1e400"):
            yield _body(f"{large} for {path}", _member(path, large), 422)
        for small in ("1e-60", "5e-324", "1e-400"):
            yield _body(f"{small} for {path}", _member(path, small), 200 if path == "vehicle.mileage" else 422)
        yield _body(f"-0.0 for {path}", _member(path, "-0.0"), 200 if path == "vehicle.mileage" else 422)
        yield _body(f"-1 for {path}", _member(path, "-1"), 422)
        for constant in ("NaN", "Infinity", "-Infinity"):
            yield _body(f"{constant} for {path}", _member(path, constant), 400)
    for text in (
        "1_2",
        "١٢",
        "１２",
        "+1",
        ".5",
        "1.",
        "01",
        "-01",
        "0x10",
        "1e",
        "1e+",
        "--1",
        "1 2",
        "1,2",
        "1'000",
        "-",
        "- 1",
    ):
        yield _body(f"the number {text}", _member("vehicle.mileage", text), 400)
    for text in ("1_2", "12", " 12 ", "١٢", "１２", "", "NaN", "Infinity", "1e3", "0x10", "true", "null", "12.4 mi"):
        yield _body(f"the string {text!r} for a mileage", _member("vehicle.mileage", json.dumps(text)), 422)
        yield _body(f"the string {text!r} for a model year", _member("vehicle.model_year", json.dumps(text)), 422)
    for text in ("true", "false", "[]", "[12]", "{}"):
        yield _body(f"{text} for a mileage", _member("vehicle.mileage", text), 422)
        yield _body(f"{text} for a model year", _member("vehicle.model_year", text), 422)
    for text in ("2025.5", "2025.0000000001", "2101", "1899", "2.0255e3", "0", "-2025"):
        yield _body(f"the model year {text}", _member("vehicle.model_year", text), 422)
    for text in ("2025.0", "2.025e3", "20250e-1", "2025.000000000000000000000000000000000000000000000000000000"):
        yield _body(f"the model year {text}", _member("vehicle.model_year", text), 200)
    for text in ("7499.9999999999999999999999999999999999999999999999999999", "-0", "0.0", "1e7", "1E-3", "10000000.0"):
        yield _body(f"the mileage {text}", _member("vehicle.mileage", text), 200)
    yield _body("a mileage just above the most", _member("vehicle.mileage", "10000000.00000000000000000001"), 422)
    yield _body("a mileage just below 0", _member("vehicle.mileage", "-0.00000000000000000001"), 422)


def _duplicates() -> Iterator[Body]:
    yield _body("a block twice", '{"seller": null, "seller": null}', 400)
    yield _body("a member twice", '{"transaction": {"type": "sale", "type": "lease"}}', 400)
    yield _body("a member twice, the same value", '{"vehicle": {"model_year": 2025, "model_year": 2025}}', 400)
    yield _body(
        "a member twice on the third level", '{"vehicle": {"certification": {"federal": true, "federal": null}}}', 400
    )
    yield _body("a member twice, once escaped", r'{"seller": {"type": "dealer", "t\u0079pe": "dealer"}}', 400)
    yield _body("a member twice in an unknown one", '{"nothing": [{"a": 1, "a": 2}]}', 400)
    yield _body("an empty name twice", '{"": 1, "": 2}', 400)
    yield _body("8,000 members, the last twice", _object(_names(8_000))[:-1] + b',"aa":1}', 400)


def _texts() -> Iterator[Body]:
    for place in (
        '{"reference": "%s"}',
        '{"vehicle": {"vin": "%s"}}',
        '{"%s": 1}',
        '{"vehicle": {"%s": 1}}',
        '["%s"]',
        '"%s"',
    ):
        for name, escape in (
            ("half a pair", r"\ud800"), ("the other half", r"\udc00"), ("a pair turned round", r"\ude97\ud83d"),
            ("NUL", r"\u0000"), ("NUL in a word", r"a\u0000b"),
        ):  # fmt: skip
            yield _body(f"{name} escaped in {place}", place % escape, 400)
        for name, raw in (
            ("half a pair", b"\xed\xa0\x80"), ("a pair as two", b"\xed\xa0\xbd\xed\xba\x97"), ("NUL", b"\x00"),
            ("a slash overlong", b"\xc0\xaf"), ("a letter overlong", b"\xc1\x81"), ("three bytes overlong", b"\xe0\x80\xaf"),
            ("beyond Unicode", b"\xf4\x90\x80\x80"), ("a byte of no character", b"\xff"), ("half a character", b"\xe2\x82"),
            ("Latin-1", b"\xe9"), ("a line break", b"\n"), ("a tab", b"\t"), ("an escape character", b"\x1b"),
        ):  # fmt: skip
            yield _body(f"{name} raw in {place}", place.encode() % raw, 400)
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig", "utf-7"):
        yield _body(f"{codec}", '{"reference": "é+"}'.encode(codec), 200 if codec == "utf-7" else 400)
    yield _body("cp037", '{"reference": "a"}'.encode("cp037"), 400)
    yield _body("a mark in the middle", '{"reference": "\ufeff"}', 200)
    yield _body("a car of two halves", r'{"reference": "\ud83d\ude97"}', 200)
    yield _body("64 cars", json.dumps({"reference": "🚗" * 64}, ensure_ascii=False), 200)
    yield _body("65 characters", json.dumps({"reference": "a" * 65}), 422)
    yield _body("a right-to-left mark", json.dumps({"reference": "\u202e12"}), 200)
    yield _body("U+10FFFF", json.dumps({"reference": "\U0010ffff"}), 200)
    yield _body("a noncharacter", json.dumps({"reference": "\ufffe\uffff"}), 200)
    for code in (1, 8, 11, 12, 27, 31, 127):
        yield _body(f"control character {code}", json.dumps({"reference": chr(code)}), 422)
        yield _body(f"control character {code} in a label", json.dumps(_label(chr(code))), 422)


def _labels() -> Iterator[Body]:
    yield _body("2,001 characters", json.dumps(_label("a" * 2_001)), 422)
    for text in (
        "a" * 2_000, " " * 2_000, "\u2028" * 2_000, "conforms to U. S. E. P. A. and the State of " * 45, "model year " * 180,
        "my 2025 " * 250, "U S E P " * 250, "an the California emissions " * 70, "(" * 2_000, "\\" * 2_000,
        "%s%d{0}{x}" * 200,
        "not except without " * 100, "fifty - states " * 130, "ﷺ" * 2_000, "ﬀ" * 2_000, "a\u0301" * 1_000, "İ" * 2_000,
        "'; DROP TABLE determinations; --", "<script>alert(1)</script>", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}",
        "../../etc/passwd",
    ):  # fmt: skip
        yield _body(f"the label {text[:30]!r} ({len(text)})", json.dumps(_label(text)), 200)
    for member in ("executive_order", "test_group"):
        for text in (
            "",
            " ",
            "A" * 64,
            "‑" * 64,
            "A-0000000000000",
            "SFMXT02.73JK\n",
            "ＳＦＭＸＴ０２.７３ＪＫ",
            "<b>",
            "{}",
            "%00",
        ):
            sent = json.dumps({"vehicle": {"certification": {member: text}}})
            yield _body(f"{text[:20]!r} ({len(text)}) for {member}", sent, 200)
        for value in ("65 characters" * 5, 1, True, [], {}):
            sent = json.dumps({"vehicle": {"certification": {member: value}}})
            yield _body(f"{str(value)[:14]!r} for {member}", sent, 422)


def _label(text: str) -> dict[str, Any]:
    return {"vehicle": {"certification": {"label": text}}}


def _vins() -> Iterator[Body]:
    for name, vin in (
        ("a line break after it", VIN + "\n"), ("a line break in place of the last", VIN[:16] + "\n"),
        ("a line break in front", "\n" + VIN), ("a space after it", VIN + " "), ("a space in it", VIN[:8] + " " + VIN[9:]),
        ("a fullwidth digit", VIN[:16] + "９"), ("an Arabic digit", VIN[:16] + "٩"),
        ("a Cyrillic letter", VIN[:11] + "Е" + VIN[12:]),
        ("a Greek letter", VIN[:11] + "Ε" + VIN[12:]), ("a long s", VIN[:9] + "ſ" + VIN[10:]),
        ("a sharp s", VIN[:9] + "ß" + VIN[10:]),
        ("a dotless i", VIN[:9] + "ı" + VIN[10:]), ("a Kelvin sign", VIN[:10] + "\u212a" + VIN[11:]),
        ("a ligature", VIN[:9] + "ﬁ" + VIN[10:]),
        ("a superscript", VIN[:16] + "²"), ("a bold digit", VIN[:16] + "𝟗"), ("16 characters", VIN[:16]),
        ("18 characters", VIN + "0"),
        ("nothing", ""), ("a hyphen", VIN[:8] + "-" + VIN[9:]), ("an asterisk", VIN[:10] + "*" + VIN[11:]),
        ("a wildcard", "%" * 17),
        ("an underscore", "_" * 17), ("a zero-width space", VIN[:16] + "\u200b"), ("17 cars", "🚗" * 17),
        ("60,000 characters", "1" * 60_000),
    ):  # fmt: skip
        yield _body(f"a VIN with {name}", json.dumps({"vehicle": {"vin": vin}}), 422)
        yield _body(f"a VIN with {name}, raw", json.dumps({"vehicle": {"vin": vin}}, ensure_ascii=False), 422)
    for value in (12345678901234567, True, ["1"] * 17, {"a": 1}):
        yield _body(f"the VIN {value!r}", json.dumps({"vehicle": {"vin": value}}), 422)
    for vin in (
        VIN.lower(),
        "IOQIOQIOQIOQIOQIO",
        "0" * 17,
        "1" * 17,
        "A" * 17,
        "Z" * 17,
        "9" * 17,
        "NOVIN000000000000",
        "XXXXXXXXXXXXXXXXX",
    ):
        yield _body(f"the VIN {vin}", json.dumps({"vehicle": {"vin": vin}}), 200)


def _words() -> Iterator[Body]:
    for value in ("no", "yes", "true", "True", "", 1, 0, 1.0, 2, [], [True], {}):
        for path in ("vehicle.certification.california", "vehicle.new_engine", "relocation.became_virginia_resident"):
            yield _body(f"{value!r} for {path}", _member(path, json.dumps(value)), 422)
    for value in ("Sale", "SALE", " sale", "sale ", "sale\n", "sаle", "sale,lease", "", "null", 0, True, [], ["sale"], {}):
        yield _body(f"the act {value!r}", _member("transaction.type", json.dumps(value)), 422)
    for value in ("va", "Virginia", "V", "VAA", "ＶＡ", "VА", "VA\n", "XX", "", 51, True):
        yield _body(f"the state {value!r}", _member("destination.state", json.dumps(value)), 422)
    for day in (
        "2025-02-30", "2025-02-29", "2025-13-01", "2025-00-10", "2025-6-1", "20250601", "2025-06-01T00:00:00",
        "2025-06-01Z", "2025-06-01\n",
        " 2025-06-01", "٢٠٢٥-٠٦-٠١", "２０２５-06-01", "2025‑06‑01", "0000-01-01", "1899-12-31", "2200-01-01",
        "9999-12-31", "2025-W23-1", "today",
        "", "-2025-06-01", "+2025-06-01", "06/01/2025", 20250601, 1748736000, 2025.0, True, None, [2025, 6, 1], {},
    ):  # fmt: skip
        yield _body(f"the date {day!r}", _member("transaction.date", json.dumps(day)), 422)
    for path in ("transaction.date", "vehicle.mileage_unit", "reading"):
        yield _body(f"null for {path}", _member(path, "null"), 422)


def _shapes() -> Iterator[Body]:
    for text in (
        "",
        " ",
        "\n\t \r\n",
        "{",
        "}",
        '{"a"',
        '{"a":',
        '{"a":1',
        '{"a":1,}',
        "{a: 1}",
        "{'a': 1}",
        "{1: 1}",
        "{}x",
        "{}{}",
        "{},",
    ):
        yield _body(f"the body {text!r}", text, 400)
    for text in (
        "{} // no",
        "/**/{}",
        "undefined",
        "None",
        "True",
        "[1,]",
        "[,]",
        "nul",
        '"',
        '"\\x41"',
        '"\\u12"',
        "\x0c{}",
        "\u00a0{}",
    ):
        yield _body(f"the body {text!r}", text, 400)
    for text in ("null", "[]", "[{}]", '"string"', '"{}"', "42", "4.2", "-1e5", "true", "false", '[[{"vehicle": {}}]]'):
        yield _body(f"the body {text}", text, 422)
    for text in (
        "{}",
        " {}\r\n",
        '{"transaction": null, "vehicle": null, "seller": null, "buyer": null, "destination": null}',
    ):
        yield _body(f"the body {text!r}", text, 200)
    for block in ("transaction", "vehicle", "vehicle.certification", "seller", "buyer", "destination", "relocation"):
        for value in ("[]", "[{}]", '""', '"dealer"', "0", "1", "true", "false", "[null]"):
            yield _body(f"{value} for {block}", _member(block, value), 422)
        for name in (
            "__proto__",
            "constructor",
            "self",
            "__class__",
            "type ",
            "Type",
            "",
            "_schema",
            "kwargs",
            "$ref",
            "a/b~c",
            "%00",
        ):
            yield _body(f"the member {name!r} in {block}", _member(block, json.dumps({name: None})), 422)
    for name in (
        "__proto__",
        "constructor",
        "self",
        "data",
        "many",
        "partial",
        "unknown",
        "json",
        "_schema",
        "",
        " ",
        "0",
        "Vehicle",
        "vehicle\n",
    ):
        yield _body(f"the member {name!r}", json.dumps({name: {}}), 422)
    yield _body("a path as a name", '{"vehicle.vin": null, "vehicle/vin": null}', 422)
    yield _body("a name of 60,000 characters", json.dumps({"a" * 60_000: 1}), 422)
    yield _body("a name of 60,000 tildes", json.dumps({"~/" * 30_000: 1}), 422)
    yield _body("8,000 members", _object(_names(8_000)), 422)
    yield _body("10,000 members", _object(f"member {number}" for number in range(10_000)), 413)
    yield _body("10,000 nulls", _member("reference", f"[{','.join(['null'] * 10_000)}]"), 422)
    yield _body("1 MB of spaces", b" " * 1_000_000, 413)
    yield _body("1 MB of a string", b'{"reference": "' + b"a" * 1_000_000 + b'"}', 413)
    yield _body("one byte too many", b"{}".ljust(LARGEST + 1), 413)
    yield _body("as many bytes as are taken", b"{}".ljust(LARGEST), 200)


def _object(names: Iterator[str]) -> bytes:
    return json.dumps(dict.fromkeys(names, 1), separators=(",", ":")).encode()


def _media_types() -> Iterator[Body]:
    for media_type in (
        None, "", " ", "text/plain", "text/json", "text/html", "application/xml", "application/jsonx",
        "application/x-json", "json", "*/*",
        "application/*", "application/problem+json", "application/vnd.api+json", "application/octet-stream",
        "application/json/", "application",
        "application/json, text/plain", "application/json, application/json", "multipart/form-data",
        "multipart/form-data; boundary=a",
        "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/json; charset=latin-1",
        'application/json; charset="utf-32"', "application/json; charset=none", ";", "/",
        "a" * 4_000, "\xff\xfe",
    ):  # fmt: skip
        yield _body(f"the media type {str(media_type)[:40]!r}", "{}", 415, content_type=media_type)
    for media_type in (
        "application/json; charset=utf-8", "application/json;charset=UTF-8", 'Application/JSON; Charset="utf-8"',
        "application/json; a=b",
        "application/json;", "application/json; charset=", " application/json ",
    ):  # fmt: skip
        yield _body(f"the media type {media_type!r}", "{}", 200, content_type=media_type)
    form = b'--a\r\nContent-Disposition: form-data; name="vehicle"; filename="../x"\r\n\r\n{}\r\n--a--\r\n'
    yield _body("a form of parts", form, 415, content_type="multipart/form-data; boundary=a")
    yield _body("a form", "vehicle=%7B%7D&vehicle=1", 415, content_type="application/x-www-form-urlencoded")
    yield _body("a form that says it is JSON", "vehicle=%7B%7D", 400)
    yield _body("parts that say they are JSON", form, 400)
    yield _body("gzip", gzip.compress(b"{}"), 415, Content_Encoding="gzip")
    yield _body("a bomb", gzip.compress(b" " * 10_000_000), 415, Content_Encoding="gzip")
    yield _body("deflate", zlib.compress(b"{}"), 415, Content_Encoding="deflate")
    yield _body("gzip that does not say so", gzip.compress(b"{}"), 400)


def _headers() -> Iterator[Body]:
    for name, value in (
        ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "127.0.0.1, ☃".encode().decode("latin-1")),
        ("X-Forwarded-Proto", "gopher"),
        ("Accept", "a" * 4_000), ("Accept-Charset", "utf-16"), ("Accept-Language", "*;q=nan"),
        ("X-Request-Id", "a" * 4_000), ("Cookie", "=;=;" * 500),
        ("Authorization", "Basic ////"), ("Range", "bytes=0-0,1-1,-1"), ("If-None-Match", "*"),
        ("If-Modified-Since", "never"), ("Upgrade", "h2c"),
        ("Origin", "null"), ("Forwarded", "for=_;proto=\""), ("Content-Language", "xx"), ("Content-Range", "bytes 0-1/2"),
        ("TE", "trailers"),
    ):  # fmt: skip
        yield Body(f"the header {name}", b"{}", frozenset({200}), JSON, ((name, value),))


BODIES: tuple[Body, ...] = tuple(
    body
    for group in (_depths, _numbers, _duplicates, _texts, _labels, _vins, _words, _shapes, _media_types, _headers)
    for body in group()
)


PARAMETERS = (
    "%00", "%0a", "%0d%0a", "%ff", "%fe%ff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%", "%%", "%zz", "%2", "%u0041",
    "%25", "%2500", "+", "%20",
    "%09", "%7f", "%e2%80%ae", "%ef%bf%bd", "%f0%9f%9a%97", "..%5c..", "...", "%5c", "*", "~", "$", "&", "=", ";a=b",
    "a;b", "'", "%22", "%3cscript%3e",
    "__proto__", "constructor", "self", "null", "None", "undefined", "NaN", "-1", "0", "{vin}", "%7Bvin%7D", "[]", "()",
    "|", "%60id%60",
    "a" * 3_000, "%41" * 1_000, "%ff" * 1_000, "1" * 16, "1" * 18, f"{VIN}%0a", f"{VIN}%00", f"%20{VIN}", f"{VIN}%20",
    f"{VIN[:16]}%ef%bc%99",
    f"{VIN[:16]}%d9%a9", f"{VIN[:11]}%d0%95{VIN[12:]}", "SFMXT02.73J", "SFMXT02.73JKK", "SFMXT02.73J%00", "IFMXT02.73JK",
    "%ef%bc%b3FMXT02.73JK",
    "AAAAA0000AAA", "9VAC5-95", "9VAC5-95-", "9VAC5-95-99", "9VAC5-95-30%00B%206",
    "9VAC5-95-30%20B%2099", "section_30",
    "9VAC5-95-30%20%D0%92%206", "9VAC5-95-%EF%BC%93%EF%BC%90",
)  # fmt: skip
"""What stands in an address in place of a VIN, a test group or a citation: nothing is ever found under one of these."""

SLASHES = ("", "%2f", "a%2fb", "..%2f..%2fhealthz", "%2e%2e%2f", "../healthz/x", "./x/y", "a/b", "%2e%2e/%2e%2e/x")
"""What stands there and makes another address of it, at which there is nothing."""

QUERIES = (
    "%00", "%ff", "%", "%zz", "&&&&", "====", "a=%ed%a0%80", "vin=%00&vin=%00", "a[]=1&a[__proto__]=1", ";" * 1_000,
    "a=" + "b" * 3_500, "__proto__=1",
    "%F0%9F%9A%97", "callback=alert", "_method=DELETE", "&".join(f"a{number}" for number in range(500)),
)  # fmt: skip
"""Query strings: no operation has a parameter there, and none changes its answer."""


def _wire(name: str, raw: bytes, *statuses: int, by_server: bool = False, half_close: bool = False) -> Wire:
    return Wire(name, raw, frozenset(statuses), by_server, half_close)


_HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
_POST = b"POST /v1/checks HTTP/1.1\r\n" + _HOST + b"Content-Type: application/json\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_GET = b"GET /healthz HTTP/1.1\r\n" + _HOST


def _chunks(body: bytes, size: int = 8_192) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


WIRES = (
    _wire("chunks", _CHUNKED + _chunks(b"{}", 1), 200),
    _wire("as many bytes in chunks as are taken", _CHUNKED + _chunks(b"{}".ljust(LARGEST)), 200),
    _wire("one byte too many in chunks", _CHUNKED + _chunks(b"{}".ljust(LARGEST + 1)), 413),
    _wire("a whole request and then more in chunks", _CHUNKED + _chunks(b"{}".ljust(LARGEST) + b"rubbish"), 413),
    _wire("1 MB in chunks", _CHUNKED + _chunks(b" " * 1_000_000), 413),
    _wire("1 MB in one chunk", _CHUNKED + _chunks(b" " * 1_000_000, 1_000_000), 413),
    _wire("60,000 chunks of one byte", _CHUNKED + _chunks(b"{}".ljust(60_000), 1), 200),
    _wire("a chunk of no size", _CHUNKED + b"ZZ\r\n{}\r\n0\r\n\r\n", 400),
    _wire("a chunk of negative size", _CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", 400),
    _wire("a chunk longer than its size", _CHUNKED + b"2\r\n{}XX0\r\n\r\n", 400),
    _wire("a chunk that breaks off", _CHUNKED + b"20\r\n{}", 400, half_close=True),
    _wire("no last chunk", _CHUNKED + b"2\r\n{}\r\n", 400, half_close=True),
    _wire("a bad trailer", _CHUNKED + b"2\r\n{}\r\n0\r\nbad trailer\r\n\r\n", 400),
    _wire("a body that breaks off", _POST + b"Content-Length: 100\r\n\r\n{}", 400, half_close=True),
    _wire("a body that never comes", _POST + b"Content-Length: 100\r\n\r\n", 400, half_close=True),
    _wire("1 MB announced, nothing sent", _POST + b"Content-Length: 1000000\r\n\r\n", 413, half_close=True),
    _wire("10^30 bytes announced", _POST + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n{}", 413, half_close=True),
    _wire("no length", _POST + b"\r\n{}", 400),
    _wire("a length of 0", _POST + b"Content-Length: 0\r\n\r\n{}", 400),
    _wire("a negative length", _POST + b"Content-Length: -2\r\n\r\n{}", 400, by_server=True),
    _wire("a length in words", _POST + b"Content-Length: two\r\n\r\n{}", 400, by_server=True),
    _wire("a length in Arabic digits", _POST + "Content-Length: ٢\r\n\r\n{}".encode(), 400, by_server=True),
    _wire("a length with a sign", _POST + b"Content-Length: +2\r\n\r\n{}", 400, by_server=True),
    _wire("two lengths", _POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, by_server=True),
    _wire("a length and chunks", _POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        400, by_server=True),
    _wire("an unknown coding", _POST + b"Transfer-Encoding: rot13\r\n\r\n{}", 400, 501, by_server=True),
    _wire("gzip as coding", _POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + _chunks(gzip.compress(b"{}")), 400, 501,
        by_server=True),
    _wire("two media types", _POST + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 400, 415, by_server=True),
    _wire("the same media type twice", _POST + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 200, 400,
        by_server=True),
    _wire("100-continue", _POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", 200),
    _wire("an unknown expectation", _POST + b"Expect: a miracle\r\nContent-Length: 2\r\n\r\n{}", 200, 400, 417,
        by_server=True),
    _wire("NUL in a header", _GET + b"X-A: a\x00b\r\n\r\n", 400, by_server=True),
    _wire("a line break in a header", _GET + b"X-A: a\rb\r\n\r\n", 400, by_server=True),
    _wire("a folded header", _GET + b"X-A: a\r\n b\r\n\r\n", 200, 400, by_server=True),
    _wire("a header without a name", _GET + b": a\r\n\r\n", 400, by_server=True),
    _wire("a header without a colon", _GET + b"nothing\r\n\r\n", 400, by_server=True),
    _wire("an underscore in a header", _GET + b"X_Request_Id: a\r\n\r\n", 200, 400, by_server=True),
    _wire("a header of 20,000 bytes", _GET + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n", 400, 431, by_server=True),
    _wire("300 headers", _GET + b"".join(b"X-%d: a\r\n" % number for number in range(300)) + b"\r\n", 400, 431,
        by_server=True),
    _wire("1 MB of headers", _GET + b"X-A: a\r\n" * 125_000 + b"\r\n", 400, 431, by_server=True),
    _wire("no host", b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 200, 400, by_server=True),
    _wire("a strange host", b"GET /healthz HTTP/1.1\r\nHost: a b/\xff@c\r\nConnection: close\r\n\r\n", 200, 400,
        by_server=True),
    _wire("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    _wire("HTTP/9.9", b"GET /healthz HTTP/9.9\r\n\r\n", 400, 505, by_server=True),
    _wire("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 404, 505, by_server=True),
    _wire("no version", b"GET /healthz\r\n\r\n", 400, by_server=True),
    _wire("rubbish", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, by_server=True),
    _wire("words", b"please check this car\r\n\r\n", 400, by_server=True),
    _wire("another host's address", b"GET http://192.0.2.1/healthz HTTP/1.1\r\n" + _HOST + b"\r\n", 200),
    _wire("an asterisk", b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n", 200, 404),
    _wire("raw bytes in the address", b"GET /v1/vehicles/\xff\xfe HTTP/1.1\r\n" + _HOST + b"\r\n", 400, by_server=True),
    _wire("a space in the address", b"GET /v1/vehicles/a b HTTP/1.1\r\n" + _HOST + b"\r\n", 400, by_server=True),
    _wire("a fragment in the address", b"GET /healthz#a HTTP/1.1\r\n" + _HOST + b"\r\n", 200, 400, by_server=True),
    _wire("an address of 4,000 characters", b"GET /" + b"a" * 4_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n", 404),
    _wire("an address of 200 KB", b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n", 400, 414, by_server=True),
    _wire("a query of 200 KB", b"GET /healthz?" + b"a" * 200_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n", 400, 414,
        by_server=True),
    _wire("a method in small letters", b"post /v1/checks HTTP/1.1\r\n" + _HOST + b"\r\n", 400, by_server=True),
    _wire("a method with a sign", b"P@ST /v1/checks HTTP/1.1\r\n" + _HOST + b"\r\n", 400, by_server=True),
    _wire("a method of 4,000 letters", b"A" * 4_000 + b" / HTTP/1.1\r\n" + _HOST + b"\r\n", 400, 414, by_server=True),
    *(
        _wire(f"the method {method.decode()}", method + b" /v1/checks HTTP/1.1\r\n" + _HOST + b"\r\n", 405)
        for method in (b"GET", b"PUT", b"PATCH", b"DELETE", b"TRACE", b"CONNECT", b"BREW", b"PROPFIND", b"QUERY")
    ),
)  # fmt: skip
