"""Merkle trees as RFC 9162 defines them (section 2.1), over SHA-256. Nothing here knows what the leaves are.

A subtree is named by the leaves that it spans, `(begin, end)`, the end excluded: paths are lists of such spans, from the
leaf's side up, and `span_hash` gives a span's hash from the hashes of complete subtrees, wherever they are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]
HASH_BYTES = 32
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4, 8, ... hashes of one level."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def joined(subtrees: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, each smaller than the one before."""
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def complete_spans(begin: int, end: int) -> Iterator[Span]:
    """The complete subtrees, from the largest to the smallest, that a span which begins a subtree is made of."""
    while begin < end:
        width = 1 << ((end - begin).bit_length() - 1)
        yield begin, begin + width
        begin += width


def span_hash(span: Span, subtree: Callable[[int, int], bytes]) -> bytes:
    """The hash of a span, from `subtree(begin, end)` of the complete subtrees in it."""
    return joined([subtree(begin, end) for begin, end in complete_spans(*span)])


def inclusion_path(index: int, size: int) -> list[Span]:
    """The spans that prove the leaf at `index` to be in the tree of `size` leaves (2.1.3.1)."""
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Span]:
    """The spans that prove the tree of `first` leaves, one or more, to be the beginning of that of `second` (2.1.4.1)."""
    begin, end, path, known = 0, second, [], True
    while first < end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin, known = middle, False
    if not known:
        path.append((begin, end))
    return path[::-1]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def proves_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf's hash at `index` under the root of `size` leaves (2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    fn, sn, hashed = index, size - 1, leaf
    for node in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            hashed = node_hash(node, hashed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node_hash(hashed, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hashed == root


def proves_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the first tree to be the beginning of the second (2.1.4.2)."""
    if not 0 < first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if len(path) < 2:  # two trees of different sizes differ in a node at least
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(node, fr), node_hash(node, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
