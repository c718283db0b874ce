"""A whole deployment that can be hurt: a service, its data folder, and a database server of its own if it has one."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from levcheck.records.audit import audit
from levcheck.records.records import Records
from levcheck.records.store import default_url
from levcheck.records.tables import determinations
from records.keeping import opened
from records.postgres import Postgres
from records.serving import Serving
from sqlalchemy import select


@dataclass
class Deployment:
    """A service that runs; `postgres` only if it keeps its records there."""

    serving: Serving
    postgres: Postgres | None

    def repair(self) -> None:
        """Start again whatever has ended, and return once the service is ready."""
        if self.postgres:
            self.postgres.start()
        self.serving.start()

    @contextlib.contextmanager
    def records(self) -> Iterator[Records]:
        """Its records, read past the service."""
        records = opened(self.serving.url, self.serving.data)
        try:
            yield records
        finally:
            records.store.close()


@contextlib.contextmanager
def deployed(store: str, disk: Path | None = None) -> Iterator[Deployment]:
    """A new deployment on `sqlite` or `postgresql`, removed when the block ends; its database lies on `disk`."""
    with contextlib.ExitStack() as ending:
        data = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="levcheck-data-", ignore_cleanup_errors=True)))
        postgres = None
        if store == "postgresql":
            small = ("min_wal_size=2MB", "max_wal_size=4MB", "autovacuum=off") if disk else ()
            postgres = Postgres(disk, *(["--wal-segsize=1"] if disk else []), settings=small)
            ending.callback(postgres.remove)
            postgres.start()
        serving = Serving(data, postgres.fresh() if postgres else default_url(disk or data))
        ending.callback(serving.stop)
        serving.start()
        yield Deployment(serving, postgres)


def faults(records: Records, acknowledged: dict[str, str]) -> list[str]:
    """What is wrong with a store, given the determination that was acknowledged for each key: nothing, it is hoped."""
    with records.store.read() as connection:
        kept = connection.execute(select(determinations.c.idempotency_key, determinations.c.id)).all()
    ids: dict[str, list[str]] = {}
    for key, id in kept:
        ids.setdefault(key, []).append(id)
    wrong = [
        f"key {key}: acknowledged {id}, kept {ids.get(key)}" for key, id in acknowledged.items() if ids.get(key) != [id]
    ]
    wrong += [f"key {key} is kept and was never acknowledged" for key in ids if key not in acknowledged]
    return wrong + audit(records.store, records.keys).faults
