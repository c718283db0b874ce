"""How decisive a question is, against trying every completion with the hand-written law."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from typing import Any

from law.partial import Partial, random_partial
from law.reference import verdict
from levcheck.law import readings
from levcheck.law.current import LAW

TRANSACTIONS = 2_000
LARGEST = 512
FACTS = [partition.name for partition in LAW.diagram.partitions]


def _share(partial: Partial, name: str, reading: str, rng: random.Random) -> Fraction:
    """Of the classes of answers to one question, the share after which every completion has the same verdict."""
    settled: dict[Any, set[str]] = defaultdict(set)
    for cell in partial.cells[name]:
        answered = Partial({**partial.cells, name: (cell,)})
        (mask,) = (mask for mask, fact in zip(LAW.masks(answered.possible), FACTS, strict=True) if fact == name)
        settled[mask] |= {verdict(facts, reading) for facts in answered.completions(rng)}
    return Fraction(sum(len(verdicts) == 1 for verdicts in settled.values()), len(settled))


def test_the_share_that_settles_is_exact() -> None:
    """Of each question, the share of answers that settle the verdict is the one found by trying them all."""
    rng = random.Random(6)
    asked = 0
    for _ in range(TRANSACTIONS):
        partial, reading = random_partial(rng, LARGEST), rng.choice(tuple(readings.BY_NAME))
        masks = LAW.masks(partial.possible)
        for name in LAW.questions(masks, reading):
            assert LAW.share_settled(masks, reading, name) == float(_share(partial, name, reading, rng)), (name, partial)
            asked += 1
    assert asked > 1_000
