"""The Dockerfile, compose.yaml and the proxy's rules, held to facts. No container is run here: there may be no daemon."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from levcheck import __version__
from levcheck.access.permissions import TABLE
from operation.commands import read
from operation.containers import ROOT, compose, copied_from_here, sent_to_the_build, stages
from operation.nginx import nginx_accepts
from records.serving import Serving

BUILD, FINAL = stages()
SERVICES = compose()["services"]
OURS = ("upgrade", "levcheck-1", "levcheck-2", "levcheck")
REPLICAS = ("levcheck-1", "levcheck-2")
ENTRYPOINT = ROOT / "deploy" / "entrypoint.py"


def the(word: str) -> str:
    """What follows the one instruction of this word in the image's last stage."""
    (found,) = (one for one in FINAL if one.word == word)
    return found.rest


def health_command() -> list[str]:
    """The command of HEALTHCHECK."""
    (found,) = (one for one in FINAL if one.word == "HEALTHCHECK")
    return found.exec_form


def upstream() -> list[str]:
    """The replicas that the proxy knows: address and port."""
    return re.findall(r"^ +server (\S+)", (ROOT / "deploy/nginx/upstream.conf").read_text("utf-8"), re.MULTILINE)


def test_every_base_image_is_pinned() -> None:
    """Every image has a version, never `latest`; both stages stand on one, and our image has this version's number."""
    bases = {stage[0].rest.split()[0] for stage in (BUILD, FINAL)}
    assert len(bases) == 1
    for image in [*bases, *(service["image"] for service in SERVICES.values())]:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image), image
    assert {SERVICES[name]["image"] for name in OURS} == {f"levcheck:{__version__}"}
    assert int(SERVICES["postgres"]["image"].split(":")[1].split(".")[0]) >= 16


def test_what_is_copied_is_there() -> None:
    """Every path that the image copies exists and passes .dockerignore, and nothing else does."""
    sources = [source for source, _ in copied_from_here()]
    assert sorted(sources) == sorted(sent_to_the_build())
    assert all((ROOT / source).exists() for source in sources)


def test_only_pinned_packages_are_installed() -> None:
    """pip takes packages of the pinned file alone, each held to its hash; our own is installed without asking an index."""
    installs = [one.exec_form for one in BUILD if one.word == "RUN" and "install" in one.exec_form]
    assert [command[0] for command in installs] == ["/opt/levcheck/bin/pip"] * 2
    assert "--require-hashes" in installs[0] and installs[0][-2:] == ["-r", "requirements/runtime.txt"]
    assert {"--no-deps", "--no-index"} <= set(installs[1]) and installs[1][-1] == "."


def test_the_image_is_not_root() -> None:
    """The image runs as a numbered user that owns its data folder, in exec form, and ends by SIGTERM."""
    user = the("USER").split(":")[0]
    assert int(user) > 0 and any("useradd" in one.rest and user in one.exec_form for one in FINAL if one.word == "RUN")
    assert f"LEVCHECK_DATA={compose()['services']['levcheck-1']['volumes'][0].split(':')[1]}" in the("ENV").split()
    assert the("STOPSIGNAL") == "SIGTERM"
    for stage in (BUILD, FINAL):
        assert all(one.exec_form for one in stage if one.word in ("RUN", "ENTRYPOINT", "CMD", "HEALTHCHECK"))


def test_the_image_serves_its_port() -> None:
    """The image's own command is one that levcheck understands, on the port that it names and asks after its health."""
    (entry,) = (one.exec_form for one in FINAL if one.word == "ENTRYPOINT")
    assert entry[0] == "python" and ("deploy/entrypoint.py", "/opt/levcheck/") in copied_from_here()
    assert entry[1:] == ["/opt/levcheck/entrypoint.py", "levcheck"]
    (command,) = (one.exec_form for one in FINAL if one.word == "CMD")
    port = read(command)["port"]
    assert str(port) == the("EXPOSE") and f"127.0.0.1', {port}" in health_command()[-1] and not read(command)["dev"]
    assert "/readyz" in health_command()[-1] and TABLE["GET /readyz"].is_open


@pytest.mark.slow
def test_the_health_check_tells_the_truth(tmp_path: Path) -> None:
    """The image's health check passes where a service is ready, and fails where none is."""
    serving = Serving(tmp_path, f"sqlite:///{tmp_path / 'levcheck.sqlite3'}")
    command = [argument.replace("8095", str(serving.port)) for argument in health_command()]
    assert command[0] == "python"
    assert subprocess.run([sys.executable, *command[1:]], capture_output=True, check=False).returncode != 0
    try:
        serving.start()
        assert subprocess.run([sys.executable, *command[1:]], check=False).returncode == 0
    finally:
        serving.stop()


@pytest.mark.slow
def test_what_is_copied_makes_a_whole_package(tmp_path: Path) -> None:
    """The package built from the copied files alone, and not from this folder, has every file and makes its schema."""
    source, site = tmp_path / "source", tmp_path / "site"
    for path, target in copied_from_here():
        if target.startswith("/"):
            continue
        if (ROOT / path).is_dir():
            left_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / path, source / target, ignore=left_out)
        else:
            destination = source / target / Path(path).name if target.endswith("/") else source / target
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, destination)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(site), "."], cwd=source, check=True)
    where = {**os.environ, "PYTHONPATH": str(site), "LEVCHECK_DATA": str(tmp_path / "data")}
    upgrade = [sys.executable, "-m", "levcheck", "db", "upgrade"]
    ran = subprocess.run(upgrade, cwd=tmp_path, env=where, check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("Upgraded the schema from nothing")
    packaged = {path.relative_to(site / "levcheck") for path in (site / "levcheck").rglob("*") if path.is_file()}
    folder = ROOT / "service" / "levcheck"
    here = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path for path in packaged if "__pycache__" not in path.parts} == here


def test_every_command_of_compose_is_one() -> None:
    """levcheck understands every command line of compose.yaml."""
    for name in OURS:
        if "command" in SERVICES[name]:
            assert not read(SERVICES[name]["command"]).get("dev")
    assert read(SERVICES["upgrade"]["command"]) and SERVICES["upgrade"]["command"] == ["db", "upgrade"]


def test_compose_starts_in_order() -> None:
    """PostgreSQL is healthy before the upgrade, the upgrade done before a replica starts, both healthy before the proxy."""
    assert SERVICES["upgrade"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in REPLICAS:
        assert SERVICES[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["restart"] == "unless-stopped" and SERVICES[name]["stop_grace_period"] == "40s"
    assert SERVICES["proxy"]["depends_on"] == {name: {"condition": "service_healthy"} for name in REPLICAS}
    assert SERVICES["upgrade"]["restart"] == "no"


def test_replicas_share_secrets_and_nothing_else() -> None:
    """Both replicas take the same three secrets from files, and each has a volume of its own."""
    first, second = (SERVICES[name] for name in REPLICAS)
    assert first["environment"] == second["environment"] and first["volumes"] != second["volumes"]
    program = ENTRYPOINT.read_text("utf-8")
    for name, file in first["environment"].items():
        assert f'"{name.removesuffix("_FILE")}"' in program
        assert file.removeprefix("/run/secrets/") in first["secrets"]
    named = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert named == set(compose()["secrets"])
    assert all(secret["file"].startswith("./secrets/") for secret in compose()["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_containers_have_few_rights() -> None:
    """Ours and the proxy run without capabilities on a read-only root; only the proxy is reached, from this machine."""
    for name in (*OURS, "proxy"):
        service = SERVICES[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"] and service["tmpfs"]
    assert int(SERVICES["proxy"]["user"].split(":")[0]) > 0
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["proxy"]["ports"] == ["127.0.0.1:8080:8080"]
    assert compose()["networks"]["inner"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "outer" in service["networks"]] == ["proxy"]


def test_the_proxy_knows_the_replicas() -> None:
    """The addresses in the proxy's rules are those of compose.yaml, on the port that the replicas serve."""
    served = [
        f"{SERVICES[name]['networks']['inner']['ipv4_address']}:{read(SERVICES[name]['command'])['port']}"
        for name in REPLICAS
    ]
    assert upstream() == served
    assert all(read(SERVICES[name]["command"])["proxies"] == 1 for name in REPLICAS)
    inside = SERVICES["proxy"]["ports"][0].rsplit(":", 1)[1]
    assert f"listen {inside};" in (ROOT / "deploy/nginx/listen.conf").read_text("utf-8")
    source, target, _ = SERVICES["proxy"]["volumes"][0].split(":")
    assert (ROOT / source / "nginx.conf").exists() and f"{target}/nginx.conf" in SERVICES["proxy"]["command"]


def test_nginx_reads_the_rules(tmp_path: Path) -> None:
    """Debian's nginx accepts the rules as they stand."""
    nginx_accepts(ROOT / "deploy" / "nginx", tmp_path)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    """The entry point puts a file's text into the environment, ends with the command's own code, and refuses two sources."""
    file = tmp_path / "secret"
    file.write_text("of the file\n")
    shown = "import os, sys; print(*[os.environ.get(f'LEVCHECK_DATABASE_URL{end}') for end in ('', '_FILE')]); sys.exit(7)"
    command = [sys.executable, str(ENTRYPOINT), sys.executable, "-c", shown]

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, check=False)

    taken = run(LEVCHECK_DATABASE_URL_FILE=str(file))
    assert (taken.returncode, taken.stdout) == (7, "of the file None\n")
    both = run(LEVCHECK_DATABASE_URL_FILE=str(file), LEVCHECK_DATABASE_URL="of the environment")
    missing = run(LEVCHECK_DATABASE_URL_FILE=str(tmp_path / "none"))
    for refused in (both, missing):
        assert refused.returncode == 1 and refused.stderr.startswith("Error: LEVCHECK_DATABASE_URL")
