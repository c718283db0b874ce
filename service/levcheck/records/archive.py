"""Records out of a store and into one: what a regulator asks for, backups that fit either database, and the purge."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Row, Table, delete, func, insert, inspect, select

from . import canonical
from .audit import rows_in_order
from .keys import KEYS_FILE, SECRET_FILE, Keys, write_secret
from .store import Store
from .tables import determinations, events, rulesets
from .times import as_text

COLUMNS = (
    "id",
    "account",
    "recorded_at",
    "retain_until",
    "reference",
    "vin",
    "verdict",
    "basis",
    "status",
    "summary",
    "ruleset",
)
FORMAT = "levcheck-backup-1"
MANIFEST = "manifest.json"
BATCH = 500
CHUNK = 1 << 20
Progress = Callable[[Iterable[Any], int], Iterable[Any]]
SECRETS = (KEYS_FILE, SECRET_FILE)
"""The files of a data folder that a backup takes along."""
TABLES = (rulesets, determinations, events)
CARRIED = ("organizations", "api_keys", "reads", "log_entries", "log_nodes", "log_checkpoints")
"""The tables of the rooms above, which copies of the records carry along as the database has them."""


class NotABackup(ValueError):
    """The file is not a whole backup of this format; the message says what is wrong."""


def export(store: Store, folder: Path, wanted: Mapping[str, str], now: datetime, progress: Progress) -> dict[str, Any]:
    """Write the determinations that are `wanted` (account, vin, from, to) as CSV and NDJSON, with a manifest of hashes."""
    folder.mkdir(parents=True, exist_ok=False)
    with store.read() as connection:
        count = connection.execute(select(func.count()).select_from(determinations)).scalar_one()
        ended = {row.determination: row for row in connection.execute(select(events))}
    kept = 0
    with (
        (folder / "determinations.csv").open("w", encoding="utf-8", newline="") as table,
        (folder / "determinations.ndjson").open("w", encoding="utf-8") as lines,
    ):
        writer = csv.writer(table)
        writer.writerow(COLUMNS)
        for row in progress(rows_in_order(store), count):
            if _is_wanted(row, wanted):
                kept += 1
                event = ended.get(row.id)
                writer.writerow(_csv_row(row, event))
                told = {"record": canonical.decoded(row.record), "certificate": row.certificate, "event": _event(event)}
                lines.write(canonical.encoded(told).decode() + "\n")
    files = {name: _sha256(folder / name) for name in ("determinations.csv", "determinations.ndjson")}
    manifest = {"made": as_text(now), "wanted": dict(wanted), "determinations": kept, "sha256": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def _is_wanted(row: Row[Any], wanted: Mapping[str, str]) -> bool:
    return (
        all(getattr(row, name) == wanted[name] for name in ("account", "vin") if name in wanted)
        and row.recorded_at >= wanted.get("from", "")
        and row.recorded_at < wanted.get("to", "~")
    )


def _csv_row(row: Row[Any], event: Row[Any] | None) -> list[str]:
    result = canonical.decoded(row.record)["result"]
    status = {"void": "voided", "supersede": "superseded"}[event.event] if event else "current"
    values = {**row._mapping, "basis": result["basis"], "status": status, "summary": result["summary"]}
    return [_safe(values[name]) for name in COLUMNS]


def _safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _event(event: Row[Any] | None) -> dict[str, Any] | None:
    return {"event": event.event, "at": event.recorded_at, "reason": event.reason, "by": event.by} if event else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def purge(store: Store, now: datetime) -> int:
    """Delete what has passed its date, with its events. Returns how many determinations went.

    The correction of a record that is kept stays with it, even if its own date has passed.
    """
    at = determinations.c
    kept = select(at.id).where(at.retain_until > as_text(now)).cte("kept", recursive=True)
    kept = kept.union(select(events.c.by).join(kept, events.c.determination == kept.c.id).where(events.c.by.is_not(None)))
    staying = select(kept.c.id)
    with store.write() as connection:
        gone = connection.execute(select(func.count()).select_from(determinations).where(at.id.not_in(staying))).scalar_one()
        connection.execute(delete(events).where(events.c.determination.not_in(staying)))
        connection.execute(delete(determinations).where(at.id.not_in(staying)))
    return gone


def _tables(connection: Connection) -> list[Table]:
    there, kept = inspect(connection).get_table_names(), MetaData()
    return [*TABLES, *(Table(name, kept, autoload_with=connection) for name in CARRIED if name in there)]


def backup(store: Store, data: Path, target: Path, now: datetime, progress: Progress) -> dict[str, int]:
    """Write every table, as one moment had it, and the secrets of the data folder to one file. Returns the rows by table."""
    counts: dict[str, int] = {}
    sums: dict[str, str] = {}
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # before the first byte: it holds private keys
    with tarfile.open(partial, "w:gz") as archive, store.read() as connection:
        for table in _tables(connection):
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key.columns))
            lines = [
                canonical.encoded({str(name): value for name, value in row._mapping.items()})
                for row in progress(rows, count)
            ]
            counts[str(table.name)] = len(lines)
            sums |= _added(archive, f"{table.name}.ndjson", b"\n".join([*lines, b""]))
        for name in SECRETS:
            if (data / name).exists():
                sums |= _added(archive, name, (data / name).read_bytes())
        manifest = {"format": FORMAT, "made": as_text(now), "rows": counts, "sha256": sums}
        _added(archive, MANIFEST, canonical.encoded(manifest))
    partial.replace(target)
    return counts


def _added(archive: tarfile.TarFile, name: str, content: bytes) -> dict[str, str]:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    archive.addfile(member, io.BytesIO(content))
    return {name: canonical.digest(content)}


def restore(store: Store, data: Path, source: Path, progress: Progress) -> dict[str, int]:
    """Fill an empty, upgraded store from a backup, and put its keys before those of the data folder. Raises NotABackup."""
    contents, manifest = _opened(source)
    counts: dict[str, int] = {}
    with store.write() as connection:
        tables = _tables(connection)
        if any(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables):
            raise NotABackup("the database already holds records: restore into an empty one")
        for table in tables:
            if table not in TABLES and table.name not in manifest["rows"]:
                continue  # made before there was such a table
            rows = [canonical.decoded(line.decode()) for line in contents[f"{table.name}.ndjson"].split(b"\n") if line]
            for start in progress(range(0, len(rows), BATCH), len(rows) // BATCH + 1):
                connection.execute(insert(table), rows[start : start + BATCH])
            counts[str(table.name)] = len(rows)
        if counts != manifest["rows"]:
            raise NotABackup(f"{source.name} is not whole: it holds {counts}, and says {manifest['rows']}")
    if KEYS_FILE in contents:
        Keys.restore(data, contents[KEYS_FILE].decode())
    if SECRET_FILE in contents:  # the restored API keys are hashed with it, and there were no others
        write_secret(data / SECRET_FILE, contents[SECRET_FILE].decode())
    return counts


def _opened(source: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a backup and its manifest, which gives the hash of each. Raises NotABackup."""
    try:
        with gzip.open(source) as packed:
            while packed.read(CHUNK):  # to the end, where its checksum is: tarfile stops before
                pass
        with tarfile.open(source, "r:gz") as archive:
            files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
            contents = {name: file.read() for name, file in files.items() if file is not None}
        manifest = json.loads(contents.pop(MANIFEST))
        sums = {name: canonical.digest(content) for name, content in contents.items()}
        whole = manifest["format"] == FORMAT and manifest["sha256"] == sums
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, TypeError, KeyError) as error:
        raise NotABackup(f"{source.name} cannot be read: {error}") from error
    if not whole:
        raise NotABackup(f"{source.name} is not a whole backup of the format {FORMAT}: a file is missing or was changed")
    return contents, manifest
