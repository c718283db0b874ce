"""Screenings: many transactions in, an answer to each out, in order, as they come."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import structlog
from flask import Response, g, request

from ..check import BRIEF, MEMBERS, evaluate, result_of
from . import callers
from .blueprint import StrictBlueprint, problems
from .checks import LOADER
from .json_in import decode
from .metrics import metrics
from .parser import invalid, loaded, media_type, refuse_encoded
from .problems import INTERNAL_ERROR, Problem
from .schemas.including import INCLUDE
from .schemas.screenings import BODIES, BRIEFLY, COMPACT, ScreenedSchema, ScreeningSchema
from .service import service
from .streaming import Row, cells, gathered, lines, pieces, table_rows
from .texts import PATHS, Unreadable, request_of
from .writing import CSV, FORMS, NDJSON, Writer

blueprint = StrictBlueprint("screenings", __name__, url_prefix="/v1", description="Many transactions; nothing is kept.")

AT_ONCE = 2
"""Screenings of one process. Its other threads are for those who ask about one vehicle."""
LARGEST_PIECE = 65_536
LARGEST_GATHERED = 64 << 20
"""Bytes of a body that is taken whole, on the disk, before it is worked on."""
_PLACES = threading.BoundedSemaphore(AT_ONCE)
log = structlog.get_logger()
Reader = Callable[[Row], dict[str, Any]]


@blueprint.route("/screenings", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": BODIES})
@problems(blueprint, 400, 406, 413, 415, 422)
@blueprint.response(200, ScreenedSchema, content_type=NDJSON, description="A line for each transaction, in order.")
@blueprint.alt_response(200, schema={"type": "string"}, content_type=CSV, success=True)
@blueprint.arguments(ScreeningSchema(), location="query")
def screen(query: dict[str, Any]) -> Response:
    """May these vehicles change hands in Virginia? Of any number, as lines of JSON or as CSV.

    Each line is one transaction of `POST /v1/checks`, of at most 65,536 bytes, and is answered as a check answers it,
    beside its number, `line`, and its `reference` where it has one; empty lines are counted and not answered. `include`
    narrows the answers: `include=brief` is what fits a table. Of CSV the header names the members by their paths
    (`vehicle.model_year`), and an empty cell is left out. A line that cannot be read is answered in its place with
    `problem`, a problem document, and the others go on. A body of a stated length up to 64 MiB is taken whole first; of
    any other read while you send, since what is not read is not worked on: it is worked on 4,096 bytes at a time.
    Whoever sends nothing for 10 seconds, or less than 256 bytes a second, or takes nothing for half a minute, is let go.
    The answer is whole only if it ends as HTTP has it end. A screening counts as one request of the key's quota; a
    process works on two at once, and answers 503 to a third.
    """
    form = request.accept_mimetypes.best_match(FORMS) if request.accept_mimetypes else NDJSON
    if form is None:
        raise Problem("not_acceptable", f"Ask with Accept for one of {', '.join(FORMS)}.")
    writer = FORMS[form](_members(query.get(INCLUDE)))
    rows, read = _reading()
    response = Response(_Screening(rows, read, writer), content_type=f"{form}; charset=utf-8")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _members(asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """The members of each result that are asked for, in the contract's order."""
    if asked is None:
        return tuple(MEMBERS)
    if BRIEFLY not in asked:
        return asked
    return tuple(dict.fromkeys([*COMPACT, *(name for name in asked if name in MEMBERS or name in BRIEF)]))


def _reading() -> tuple[Iterator[Row | None], Reader]:
    """The rows of the body, and how each is read. Raises Problem for a body that has no rows to read."""
    kind = media_type(request)
    if kind not in BODIES:
        sent = f"{request.content_type!r}"[:120] if request.content_type else "no media type"
        raise Problem("unsupported_media_type", f"Send the body as {' or '.join(BODIES)} in UTF-8; it came as {sent}.")
    refuse_encoded(request)
    body, stated = request.environ["wsgi.input"], request.content_length  # not Flask's, which has an end for every body
    came = pieces(body.read, stated if request.environ.get("wsgi.input_terminated") else stated or 0)
    found = lines(gathered(came) if stated and stated <= LARGEST_GATHERED else came)
    if kind == NDJSON:
        return found, _of_json
    rows = table_rows(found)
    header = next((row for row in rows if row is not None), Row(1, b""))
    return rows, partial(_of_cells, _columns(header))


def _columns(header: Row) -> list[str]:
    """The paths that a header names. Raises Problem."""
    if header.problem:
        raise header.problem
    names = [name.strip() for name in cells(Row(1, header.raw.removeprefix(b"\xef\xbb\xbf")))]
    remedy = f"Name each column once, with commas between, by one of the paths: {', '.join(PATHS)}."
    wrong = [f"The column {name[:64]!r} is no path" for name in names if name not in PATHS]
    wrong += [
        f"The column {name!r} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1 and name in PATHS
    ]
    if wrong or not names:
        told = wrong or ["There is no header"]
        raise invalid([{"pointer": "", "value": None, "detail": detail, "remedy": remedy} for detail in told])
    return names


def _of_json(row: Row) -> dict[str, Any]:
    transaction: dict[str, Any] = loaded(LOADER, decode(row.raw))
    return transaction


def _of_cells(columns: list[str], row: Row) -> dict[str, Any]:
    found = cells(row)
    if len(found) != len(columns):
        raise Problem("bad_request", f"The row has {len(found):,} cells, the header {len(columns):,}.")
    told = {path: text for path, cell in zip(columns, found, strict=True) if (text := cell.strip())}
    try:
        return request_of(told)[1]
    except Unreadable as unreadable:
        raise _invalid_cells(unreadable, told) from None


def _invalid_cells(unreadable: Unreadable, told: dict[str, str]) -> Problem:
    errors = []
    for path, fault in unreadable.faults.items():
        detail, _, remedy = fault.partition(". ")
        value = told.get(path, "")[:120]
        errors.append({"pointer": f"/{path.replace('.', '/')}", "value": value, "detail": detail, "remedy": remedy})
    return invalid(errors)


def _place(holder: object) -> Callable[[], object]:
    """Take one of the places of this process; calling what this returns gives it back, as does forgetting the holder.

    Raises Problem where none is left.
    """
    if not _PLACES.acquire(blocking=False):
        told = f"{AT_ONCE} screenings are under way in this process. Send it again when one has ended."
        raise Problem("overloaded", told, retry_after=10)
    return weakref.finalize(holder, _PLACES.release)


class _Screening:
    """The answers, in order: worked out as they are taken, when the request's own context has gone."""

    def __init__(self, rows: Iterator[Row | None], read: Reader, writer: Writer) -> None:
        at = service()
        self.rows, self.read, self.writer, self.close = rows, read, writer, _place(self)
        asked_by = callers.seller()
        self.evaluate = partial(evaluate, today=at.today(), registry=at.registry, reading=at.reading, account=asked_by)
        self.request_id, self.count = g.get("request_id"), metrics()
        self.line, self.answered, self.refused = 0, 0, 0

    def __iter__(self) -> Iterator[bytes]:
        """The answers in pieces: one at least for each piece of the body, none much larger than `LARGEST_PIECE`."""
        written, size, whole = [self.writer.head()], 0, False
        try:
            for row in self._rows():
                if row is not None:
                    written.append(self._answer(row))
                    size += len(written[-1])
                if written and (row is None or size > LARGEST_PIECE):
                    yield b"".join(written)
                    written, size = [], 0
            yield b"".join(written)
            whole = True
        finally:
            self.close()
            told = {"answered": self.answered, "refused": self.refused, "whole": whole}
            log.info("screening ended", request_id=self.request_id, **told)

    def _rows(self) -> Iterator[Row | None]:
        """The rows; where the body itself fails, that is the last."""
        try:
            for row in self.rows:
                if row is None or row.problem or row.raw.strip():
                    self.line = row.line if row else self.line
                    yield row
        except Problem as problem:
            yield Row(self.line + 1, b"", problem)

    def _answer(self, row: Row) -> bytes:
        try:
            if row.problem:
                raise row.problem
            transaction = self.read(row)
            case = self.evaluate(transaction)
            result = result_of(case, self.writer.members)
        except Problem as error:
            problem = error
        except Exception as error:
            log.error("row failed", request_id=self.request_id, exc_info=error)
            problem = Problem("internal_error", INTERNAL_ERROR)
        else:
            self.answered += 1
            self.count.verdict("screening", case.verdict, case.basis)
            return self.writer.row(row.line, transaction.get("reference"), result)
        self.refused += 1
        self.count.problems.labels(problem.type.code).inc()
        return self.writer.problem(row.line, problem.document(self.request_id))
