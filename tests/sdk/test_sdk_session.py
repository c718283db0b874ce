"""A session of the caller's own: its certificates and its proxy, against real sockets."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from levcheck_client import Client, ConnectionFailed

ASKED: list[str] = []


class Answering(BaseHTTPRequestHandler):
    """Answers every check with the one answer, and remembers what it was asked."""

    answer = b""

    def do_POST(self) -> None:
        ASKED.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listening(answer_text: str) -> Iterator[ThreadingHTTPServer]:
    """A server on the loopback."""
    Answering.answer = answer_text.encode()
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    yield server
    server.shutdown()
    server.server_close()


def _serve(server: ThreadingHTTPServer) -> int:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return int(server.server_address[1])


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but its holder trusts, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a company of its own")])
    now = datetime.datetime.now(datetime.timezone.utc)
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
    built = built.not_valid_after(now + datetime.timedelta(days=1)).add_extension(loopback, critical=False)
    signed = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    path = folder / "ca.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_a_companys_own_certificates(
    listening: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that trusts a company's own certificate reaches its service, whatever the environment says."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    ca = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    url = f"https://127.0.0.1:{_serve(listening)}"
    with requests.Session() as session:
        session.verify = str(ca)
        assert Client(url, session=session).check({}).permitted
    with Client(url) as client, pytest.raises(ConnectionFailed, match="TLS certificate is not trusted") as caught:
        client.check({})
    assert not caught.value.retryable


def test_a_proxy(listening: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session's proxy is asked for the service's address, whatever the environment says; its answer is the service's."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with requests.Session() as session:
        session.proxies = {"http": f"http://127.0.0.1:{_serve(listening)}"}
        assert Client("http://levcheck.example", session=session).check({}).permitted
    assert ASKED == ["http://levcheck.example/v1/checks"]
