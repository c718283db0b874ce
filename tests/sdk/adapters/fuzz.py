"""Random and mutated messages: the adapters raise nothing but their own error."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

from levcheck.api.json_in import decode
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck_client.adapters import Adapter, AdapterError
from levcheck_client.encoding import encode
from sdk.adapters.cases import CASES, adapter_of

XML_TOKENS = (
    b"<", b">", b"</", b"/>", b"&", b"&amp;", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&lol;", b"]]>", b"<![CDATA[",
    b"<!--", b'<?xml version="1.0" encoding="utf-16"?>', b'<?xml version="1.0" encoding="no-such"?>',
    b"<?xml version='1.0' encoding='utf-7'?>", b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b'<!DOCTYPE a SYSTEM "file:///etc/hosts">', b'="', b"='", b'" ', b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"<a>" * 200, b"9" * 5_000, b"-1", b"1e999", b" ", b"\xed\xa0\x80", b'xmlns:x="y"',
)  # fmt: skip
JSON_TOKENS = (
    b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\", b'"\\ud800"', b'"\\u0000"', b"NaN", b"-Infinity", b"1e999999",
    b"9" * 5_000, b"[" * 3_000, b'{"a":' * 3_000, b"null", b"true", b"-0", b"\x00", b"\xff", b"\xef\xbb\xbf",
    b'"vehicle":{}', b'"purchase_type":[1]', b"1.0000000000000000000000001", b'"\xed\xa0\x80"',
)  # fmt: skip
JSON_WORD = re.compile(rb"[A-Za-z0-9.-]+")
XML_WORD = re.compile(rb"(?<=[>\"])[^<>\"=]+(?=[<\"])")
WORDS = (
    b"0", b"00", b"-5", b"1.5", b"12345678901", b"9" * 70, b"20250230", b"20250601", b"2025-06-01T10:00:00Z", b"0001-01-01",
    b"9999-12-31T23:59:59-12:00", b"1FTEW3LP9SKE98169", b"IOQIOQIOQIOQIOQIO", b"00000000000000000", b"MILES", b"KILOMETERS",
    b"LEASE", b"L", b"N", b"U", b"XX", b"va", "\u0661\u0662".encode(), "\u00df".encode(), b"\x7f", b"RETAIL", b"PERSON",
)  # fmt: skip
SCALARS: tuple[object, ...] = (
    None, True, 12, -1, 10**5_000, 1.5, float("nan"), float("inf"), Decimal("1E+50"), Decimal("NaN"), "", "12", "\ud800",
    "1FTEW3LP9SKE98169", b"bytes", object(), "MILES", "RETAIL", "\x00", "9" * 400,
)  # fmt: skip
NAMES = (
    "vehicle",
    "vin",
    "odometer",
    "value",
    "uom",
    "purchase_type",
    "sale_date",
    "model_year",
    "vehicle_identifier",
    "VIN",
)

SERVICE = CheckRequestSchema()
XML_ADAPTERS = ("opentrack.OpenTrack", "adf.Lead", "opentravel.CheckOut")
JSON_ADAPTERS = ("star.RetailDeliveryReport",)


def xml_surprises(count: int, seed: int) -> list[str]:
    """What went wrong with so many XML messages."""
    return _surprises(XML_ADAPTERS, XML_TOKENS, XML_WORD, _random_xml, count, seed)


def json_surprises(count: int, seed: int) -> list[str]:
    """What went wrong with so many JSON messages."""
    return _surprises(JSON_ADAPTERS, JSON_TOKENS, JSON_WORD, _random_json, count, seed)


def mapping_surprises(count: int, seed: int) -> list[str]:
    """What went wrong with so many messages that are mappings already."""
    chance = random.Random(seed)
    columns = adapter_of("csv.Columns", {"columns": {"VIN": "vehicle.vin", "value": "vehicle.mileage"}})
    adapters = [adapter_of(name, {}) for name in (*JSON_ADAPTERS, *XML_ADAPTERS)]
    told = (_told(chance.choice([columns, *adapters]), _random_mapping(chance, 4)) for _ in range(count))
    return [text for text in told if text]


def _surprises(
    names: tuple[str, ...],
    tokens: tuple[bytes, ...],
    word: re.Pattern[bytes],
    grown: Callable[[random.Random], bytes],
    count: int,
    seed: int,
) -> list[str]:
    chance = random.Random(seed)
    seeds = {name: [case.message.encode("utf-8") for case in CASES if case.adapter == name] for name in names}
    adapters = {name: adapter_of(name, {}) for name in names}
    wrong = []
    for _ in range(count):
        name = chance.choice(names)
        change = chance.random()
        if change < 0.2:
            message = grown(chance)
        elif change < 0.6:
            message = _mutated(chance, chance.choice(seeds[name]), tokens)
        else:
            message = _reworded(chance, chance.choice(seeds[name]), word)
        as_text = message.decode("utf-8", errors="surrogateescape") if chance.random() < 0.3 else message
        if (text := _told(adapters[name], as_text)) is not None:
            wrong.append(text)
    return wrong


def _told(adapter: Adapter, message: object) -> str | None:
    """What was raised that must not be; every transaction must be one that the service takes."""
    try:
        SERVICE.load(decode(encode(adapter.read(message).transaction)))  # type: ignore[arg-type]
    except AdapterError:
        return None
    except Exception as error:  # the point of it all
        return f"{type(error).__name__}: {error!s:.200} from {adapter.name} and {message!r:.300}"
    return None


def _mutated(chance: random.Random, message: bytes, tokens: tuple[bytes, ...]) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(message) + 1)
        end = min(len(message), at + chance.randint(0, 40))
        change = chance.randrange(5)
        if change == 0:
            message = message[:at] + chance.choice(tokens) + message[at:]
        elif change == 1:
            message = message[:at] + message[end:]
        elif change == 2:
            message = message[:at] + bytes([chance.randrange(256)]) + message[at + 1 :]
        elif change == 3:
            message = message[:end] + message[at:end] + message[end:]
        else:
            message = message[:at] + chance.choice(tokens) + message[end:]
    return message


def _reworded(chance: random.Random, message: bytes, word: re.Pattern[bytes]) -> bytes:
    """The same shape with other words: one or several of them replaced."""
    words = list(word.finditer(message))
    for old in sorted(chance.sample(words, min(len(words), chance.randint(1, 5))), key=lambda each: -each.start()):
        message = message[: old.start()] + chance.choice(WORDS) + message[old.end() :]
    return message


def _random_xml(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return chance.randbytes(chance.randint(0, 400))
    tags = ("Vehicle", "VIN", "Deal", "adf", "prospect", "odometer", "OTA_VehCheckOutRS", "ReturnLocation", "x:y")
    pieces = []
    for _ in range(chance.randint(1, 60)):
        tag = chance.choice(tags).encode()
        pieces.append(
            chance.choice((b"<" + tag + b">", b"</" + tag + b">", b"<" + tag + b'/ a="1"b="2">', chance.choice(XML_TOKENS)))
        )
    return b"".join(pieces)


def _random_json(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return chance.randbytes(chance.randint(0, 400))
    return b"".join(chance.choice(JSON_TOKENS) for _ in range(chance.randint(1, 40)))


def _random_mapping(chance: random.Random, depth: int) -> dict[object, object]:
    made: dict[object, object] = {}
    for _ in range(chance.randint(0, 5)):
        name = chance.choice(NAMES) if chance.random() < 0.95 else chance.choice(SCALARS)
        value: object = chance.choice(SCALARS)
        if depth and chance.random() < 0.5:
            value = _random_mapping(chance, depth - 1)
        elif chance.random() < 0.1:
            value = [made, chance.choice(SCALARS)]
        made[name] = value
    return made
