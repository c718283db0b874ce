"""`levcheck log`: what an operator, and an auditor with an old checkpoint, runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cli.running import is_error, levcheck
from levcheck.log import state
from levcheck.records.records import Records
from log.sealing import verified
from log.tampering import resealed, tamper
from records.keeping import create

pytestmark = pytest.mark.slow
Command = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(store_url: str, tmp_path: Path) -> Command:
    """Run a command on the test's store."""
    return lambda *arguments: levcheck("log", *arguments, "--data", tmp_path, "--database", store_url)


def test_a_log_is_sealed_and_verified(records: Records, run: Command) -> None:
    """`log seal` appends what is missing, once, and `log verify` ends with 0 and says how much was read."""
    is_error(run("checkpoint"), 69, "no checkpoint yet")
    create(records, "k")
    create(records, "k2")
    assert run("seal").stdout == "Sealed 2 entries; the log has 2.\n"
    assert run("seal").stdout == "Sealed 0 entries; the log has 2.\n"
    done = run("verify")
    assert (done.returncode, done.stdout) == (
        0, "2 entries and 1 checkpoints read: tree, signatures and records all hold.\n",
    )  # fmt: skip
    assert verified(records).told == []


def test_a_kept_checkpoint_is_held_against_the_log(kept: Records, run: Command, tmp_path: Path) -> None:
    """A checkpoint from the command, or as the service told it, passes an honest log, and ends with 1 at a rewritten one."""
    own, told = tmp_path / "own.jws", tmp_path / "told.json"
    own.write_text(run("checkpoint").stdout)
    told.write_text(json.dumps(state.checkpoint(kept.store, 4).told()))
    held = ("--checkpoint", own, "--checkpoint", told)
    assert "the log is the one that 2 kept checkpoints saw" in run("verify", *held).stdout
    resealed(kept, "UPDATE events SET reason = 'another'")
    assert run("verify").returncode == 0
    done = run("verify", *held)
    assert done.returncode == 1
    assert "The checkpoint in own.jws" in done.stdout and "The checkpoint in told.json" in done.stdout
    assert done.stdout.endswith("; faults: 2.\n")


def test_faults_are_told_in_sentences(kept: Records, run: Command) -> None:
    """`log verify` ends with 1 and a sentence for each fault."""
    tamper(kept, "DELETE FROM events WHERE event = 'void'")
    done = run("verify")
    assert done.returncode == 1
    assert "was removed" in done.stdout and done.stdout.endswith("7 entries and 2 checkpoints read; faults: 1.\n")


def test_files_that_are_no_checkpoints_are_refused(kept: Records, run: Command, tmp_path: Path) -> None:
    """A file that holds no checkpoint is an error or a fault, never a pass."""
    file = tmp_path / "file"
    for content in (b"\xff", b'{"checkpoint": 1}', b"{" * 100_000):
        file.write_bytes(content)
        is_error(run("verify", "--checkpoint", file), 65, "neither a checkpoint")
    held = []
    for content in (b"", b"x", b'{"signed": 1}', b"a.b.c"):
        file = tmp_path / f"file{len(held)}"
        file.write_bytes(content)
        held += ["--checkpoint", file]
    done = run("verify", *held)
    assert (done.returncode, done.stdout.count("does not verify")) == (1, 4)


def test_a_store_without_a_log_is_told(run: Command) -> None:
    """On a database that was not upgraded the commands say what to run first."""
    for command in ("seal", "verify", "checkpoint"):
        is_error(run(command), 69, "levcheck db upgrade")
