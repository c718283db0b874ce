"""Who asks, and whether they may: each request passes here before its route, by the table in `access.permissions`."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ..access.api_keys import Caller
from ..access.door import FAILURES, Door
from ..access.embeds import Embed
from ..access.limits import Spent
from ..access.permissions import FRAMED, PAGES, SCOPES, TABLE, Permission, Reach
from ..access.reads import log_read
from ..records.calls import NoSuchDetermination
from ..records.store import StoreUnavailable
from . import headers, tried
from .problems import Problem
from .service import service

ONE_OWN = Caller("local", "dev", "dev", frozenset(SCOPES))
"""Whoever asks a service that was started for one's own machine."""
COOKIE = "__Host-levcheck"
FORM_FIELD, FORM_HEADER = "form_token", "X-Form-Token"
SIGN_IN = "POST /login"
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")
_USED_UP = "The requests of this minute are used up."
log = structlog.get_logger()


def register(app: Flask) -> None:
    """Let every request pass here first."""
    app.before_request(admit)
    app.before_request(_refuse_impossible_id)
    app.after_request(_tell_the_quota)


def admit() -> AnyResponse | None:
    """Find out who asks; refuse what the table does not permit. Raises Problem; a page leads to the sign-in instead."""
    if request.url_rule is None:  # no such address: there is nothing to guard
        return None
    row = permission(request.url_rule.rule, request.method)
    door = service().door
    if door is None:
        _refuse_other_names()
        if not _is_framed():
            refuse_other_sites()
        g.caller, g.reach = ONE_OWN, Reach.OWN
        return None
    if request.blueprint == "health" and row.is_open:  # a proxy asks these every second, for everyone
        return None
    g.caller = _identified(door)
    if row.is_open:
        _admit_anyone(door)
        return None
    if g.caller is None:
        if _opens_a_page():
            return redirect(f"/login?next={quote(request.path if request.method in _SAFE else '/')}", 303)
        raise Problem("key_missing", "Send an API key: Authorization: Bearer lvk_... (`levcheck key add` makes one).")
    before = tried.of(request.environ)
    _spend(before.spent if before and before.spent else door.spend(g.caller), _USED_UP)
    if "Authorization" not in request.headers and request.method not in _SAFE:
        refuse_forged_form(door)
    g.reach = row.reach.get(g.caller.role, Reach.NONE)
    if g.reach is Reach.NONE:
        raise Problem("not_permitted", f"An organization of the role {g.caller.role} does not do this.")
    if row.scope not in g.caller.scopes:
        raise Problem("not_permitted", f"This key does not have the scope {row.scope!r}.")
    return None


def plainly(door: Door | None, environ: Mapping[str, Any]) -> Caller | None:
    """Who asks, if `admit` would let them pass for nothing but their key; it is to decide wherever this is None."""
    if door is None:
        own = _is_own_name(environ.get("HTTP_HOST", "")) and environ.get("HTTP_SEC_FETCH_SITE", "none") in _OWN_SITE
        return ONE_OWN if own else None
    kind, _, key = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        caller = door.caller(key) if kind == "Bearer" and key else None
    except StoreUnavailable:  # `admit` will meet it too, and answer
        return None
    if caller is None:
        return None
    row = permission(environ["PATH_INFO"], environ["REQUEST_METHOD"])
    permitted = row.scope in caller.scopes and row.reach.get(caller.role, Reach.NONE) is not Reach.NONE
    return caller if permitted else None


def _refuse_impossible_id() -> None:
    """Nothing has an id with a NUL in it, at which PostgreSQL would fail."""
    if "\0" in (request.view_args or {}).get("id", ""):
        raise NoSuchDetermination


def _opens_a_page() -> bool:
    wanted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    return wanted == "text/html" and f"{request.method} {request.url_rule}" in PAGES


def permission(rule: str, method: str) -> Permission:
    """The row of an operation; one without a row is closed to everyone."""
    names = {"HEAD": ("GET",), "OPTIONS": ("GET", "POST")}.get(method, (method,))
    rows = [TABLE[f"{name} {rule}"] for name in names if f"{name} {rule}" in TABLE]
    return rows[0] if rows else Permission("nothing", {})


def caller() -> Caller:
    """Who asks; to be called where the table lets nobody else in."""
    known: Caller = g.caller
    return known


def seller() -> str | None:
    """What kind of seller the caller's organization is, if it is one."""
    kind: str | None = g.caller.seller
    return kind


def account_to_read(object: str) -> str | None:
    """The account whose records the caller may read here; None: every account's, and then the read is written down."""
    if g.reach is not Reach.ALL:
        account: str = g.caller.organization
        return account
    records = service().records
    operation = f"{request.method} {request.url_rule.rule if request.url_rule else ''}"
    log_read(records.store, g.caller, operation, object, records.now())
    log.info(
        "records of others read", request_id=g.get("request_id"), organization=g.caller.organization, operation=operation
    )
    return None


def may_read(account: str) -> bool:
    """Whether the caller may read this account's records whole where nothing is written down of it: only its own."""
    caller: Caller | None = g.get("caller")
    return caller is not None and "read" in caller.scopes and caller.organization == account


def session_token() -> str | None:
    """The session that the browser showed, whether or not it still stands; the page inside another system has none."""
    return None if _is_framed() else request.cookies.get(COOKIE)


def _is_framed() -> bool:
    return f"{request.method} {request.url_rule}" in FRAMED


def embedded(embed: Embed) -> Caller | None:
    """Who a token of the page inside another system stands for, and now asks; None if its time or its key has ended."""
    at = service()
    if at.embeds is None or at.embeds.has_expired(embed):
        return None
    if at.door is None:
        g.caller = ONE_OWN if embed.key_id == ONE_OWN.key_id else None
    else:
        g.caller = at.door.keys.caller_by_id(embed.key_id)
    known: Caller | None = g.caller
    return known


def _identified(door: Door) -> Caller | None:
    """Who asks: by the key of the request, else by the browser's session. Raises Problem for a key that opens nothing."""
    header = request.headers.get("Authorization")
    if header is not None:
        kind, _, key = header.partition(" ")
        return _holder(door, key.strip() if kind.lower() == "bearer" else "")
    token = session_token()
    return door.sessions.caller(token) if token else None


def signed_in(door: Door, key: str) -> Caller:
    """Who signs in with a key, which counts as a request with it. Raises Problem for one that opens nothing."""
    g.caller = caller = _holder(door, key)
    _spend(door.spend(caller), _USED_UP)
    return caller


def _holder(door: Door, key: str) -> Caller:
    """Who holds a key. A wrong one never keeps a right one out: only wrong ones are counted. Raises Problem."""
    if caller := door.caller(key):
        return caller
    log.warning("key refused", request_id=g.get("request_id"), address=request.remote_addr)
    _spend(door.spend_of_address(request.remote_addr or "", FAILURES), "Too many wrong keys came from this address.")
    raise Problem("key_refused", "This API key is none of this service's, or was revoked, or has expired.")


def refuse_forged_form(door: Door) -> None:
    """A browser sends its cookie along whichever site made the form: only this service's own forms know the token."""
    token = session_token() or ""
    refuse_other_sites()
    sent = request.headers.get(FORM_HEADER) or (request.form.get(FORM_FIELD, "") if _is_form() else "")
    if not hmac.compare_digest(sent.encode(), door.sessions.form_token(token).encode()):
        raise Problem("form_refused", "The form is not of this session: load the page again and send it from there.")


def _is_form() -> bool:
    return request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")


def refuse_other_sites() -> None:
    if request.method not in _SAFE and request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE:
        raise Problem("form_refused", "The request was made by the page of another site.")


def _refuse_other_names() -> None:
    if not _is_own_name(request.host):
        raise Problem("bad_request", "On its user's own machine the service answers to localhost and loopback addresses.")


@lru_cache(maxsize=64)
def _is_own_name(host: str) -> bool:
    """A page elsewhere can have its own name lead to this machine; the request still says that name."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _admit_anyone(door: Door) -> None:
    g.reach = Reach.YES
    if g.caller:
        _spend(door.spend(g.caller), _USED_UP)
    elif f"{request.method} {request.url_rule}" != SIGN_IN:  # which counts for itself: a right key is always heard
        _spend(door.spend_of_address(request.remote_addr or ""), _USED_UP)


def _spend(spent: Spent, told: str) -> None:
    g.spent = spent
    if not spent.allowed:
        raise Problem("too_many_requests", f"{told} Try again in {spent.retry_after} s.", retry_after=spent.retry_after)


def _tell_the_quota(response: Any) -> Response:
    spent: Spent | None = g.get("spent")
    if spent is not None:
        response.headers.update(headers.of_quota(spent))
        if response.status_code == 429:  # also where a page tells it
            response.headers["Retry-After"] = str(spent.retry_after)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="levcheck"'
    kept: Response = response
    return kept
