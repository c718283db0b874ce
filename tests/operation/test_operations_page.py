"""docs/operations.md is true: its commands run, its links lead somewhere, and what it names exists."""

from __future__ import annotations

import configparser
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from evidence.tables import carb, write_csv
from flask.testing import FlaskClient
from levcheck.cli.main import COMMANDS, cli
from levcheck.records.store import default_url
from operation.commands import read
from operation.nginx import nginx_accepts
from records.keeping import create, opened

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(rf"\blevcheck(?::[\d.]+)? ((?:{'|'.join(COMMANDS)}) [^`\n]*)")
NO_SETTINGS = {f"LEVCHECK_{name}": None for name in ("DATABASE_URL", "SIGNING_KEYS", "ACCESS_SECRET")}


def blocks(language: str, text: str = PAGE) -> list[str]:
    """The page's code blocks in a language."""
    return [block for _, found, block in _BLOCK.findall(text) if found == language]


def sections() -> Iterator[tuple[str, list[str]]]:
    """Each heading of the page, and the lines of the blocks that an operator types below it."""
    for part in re.split(r"^##+ ", PAGE, flags=re.MULTILINE)[1:]:
        title, text = part.split("\n", 1)
        yield title, [line.strip() for block in blocks("sh", text) for line in block.splitlines()]


def files(folder: Path) -> None:
    """The files that the page's commands read, where the operator's shell stands."""
    write_csv(folder / "orders.csv", carb(("A-003-0811-1", "SZZXV09.9ZZZ")))
    for name in ("levcheck-2026-11-24.tar.gz", "checkpoint.jws"):
        (folder / name).touch()


def test_every_command_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """levcheck understands every command line that stands anywhere on the page."""
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    commands = [shlex.split(found.split(" > ")[0]) for found in _COMMAND.findall(PAGE)]
    assert len(commands) > 40
    for command in commands:
        read(command)
    assert {command[0] for command in commands} >= {"org", "key", "db", "keys", "records", "log", "registry", "serve"}


@pytest.mark.slow
def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator types, section after section, succeeds on a new deployment; `Restore` fills another one."""
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    runner = CliRunner(env=NO_SETTINGS)
    key_ids: list[str] = []
    ran = 0
    for title, lines in sections():
        data = tmp_path / ("restored" if title == "Restore" else "data")
        for line in lines:
            assert line.startswith("levcheck "), line
            typed, _, file = line.removeprefix("levcheck ").partition(" > ")
            arguments = shlex.split(typed.replace("KEY_ID", key_ids.pop(0)) if "KEY_ID" in typed else typed)
            done = runner.invoke(cli, arguments, env={"LEVCHECK_DATA": str(data)}, standalone_mode=False)
            assert done.exception is None and done.return_value in (None, 0), f"{title}: {line}\n{done.output}"
            if file:
                (tmp_path / file).write_text(done.stdout)
            if arguments[:2] == ["key", "add"]:
                key_ids.append(done.stdout.split("_")[1])
            if arguments[:2] == ["org", "add"]:
                record(data, arguments[2])
            ran += 1
    assert ran > 20


def record(data: Path, key: str) -> None:
    """Keep a determination, as a deployment does before anything can go wrong with it."""
    records = opened(default_url(data), data)
    try:
        create(records, key)
    finally:
        records.store.close()


def test_every_link_leads_somewhere() -> None:
    """Each link of the page is a heading of it, and each file of the project that it names exists."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^##+ (.*)", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings
    for path in re.findall(r"`((?:deploy|requirements)/[^` ]*|compose\.yaml)", PAGE):
        assert (ROOT / path).exists(), path


def test_every_metric_of_the_page_is_measured(client: FlaskClient) -> None:
    """Each metric that the page would alert on is among those of the service."""
    client.get("/readyz")
    told = client.get("/metrics").get_data(as_text=True)
    for name in set(re.findall(r"\blevcheck_(?!levcheck)[a-z_]+", PAGE)):
        family = re.sub(r"_(total|bucket)$", "", name)
        assert re.search(rf"^# TYPE {family}(_total)? ", told, re.MULTILINE), name


def test_every_setting_of_the_page_is_read() -> None:
    """Each environment variable in the page's table is one that the command line takes, and none of those is left out."""
    listed = set(re.findall(r"^\| `(LEVCHECK_\w+)`", PAGE, re.MULTILINE))
    options = cli.get_command(None, "serve").params  # type: ignore[union-attr,arg-type]
    assert listed == {option.envvar for option in options if option.envvar}


def test_the_units_run_what_there_is() -> None:
    """The units start the service and the proxy by commands that exist, as users without rights, and wait for their end."""
    units = {}
    for name in ("levcheck", "levcheck-proxy"):
        unit = configparser.RawConfigParser(strict=False)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(ROOT / "deploy" / f"{name}.service")
        units[name] = unit["Service"]
        assert units[name]["User"] != "root" and units[name]["NoNewPrivileges"] == "yes"
        assert units[name]["TimeoutStopSec"] == "40"
    started = units["levcheck"]["ExecStart"].split()
    options = read(started[1:])
    assert started[0] == "/opt/levcheck/bin/levcheck" and options["proxies"] == 1 and not options["dev"]
    assert f"server {options['host']}:{options['port']} " in PAGE
    assert (
        units["levcheck"]["EnvironmentFile"] in PAGE
        and "-c /etc/levcheck/nginx/nginx.conf" in units["levcheck-proxy"]["ExecStart"]
    )


def test_nginx_reads_the_pages_tls(tmp_path: Path) -> None:
    """Debian's nginx accepts the page's TLS in the place of listen.conf, and its upstream of one replica."""
    for path in (ROOT / "deploy" / "nginx").iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"))
    certificate, key = self_signed(tmp_path)
    (tls,) = blocks("nginx")
    tls = re.sub(r"(ssl_certificate) .*;", rf"\1 {certificate};", tls)
    (tmp_path / "listen.conf").write_text(re.sub(r"(ssl_certificate_key) .*;", rf"\1 {key};", tls))
    (server,) = re.findall(r"`(server 127\.0\.0\.1:.*?;)`", PAGE)
    upstream = (tmp_path / "upstream.conf").read_text("utf-8")
    (tmp_path / "upstream.conf").write_text(re.sub(r"(^ +server .*\n)+", f"    {server}\n", upstream, flags=re.MULTILINE))
    nginx_accepts(tmp_path, tmp_path)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for levcheck.example and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "levcheck.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    form = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(form))
    paths[1].write_bytes(key.private_bytes(form, *plain))
    return paths
