"""The tree's hashes, paths and verifiers against the RFC, and against everything that is nearly a proof."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from levcheck.log.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    span_hash,
)
from levcheck.log.tree import Edge
from log.sealing import PlainTree

# The leaves, roots and proofs of Certificate Transparency's reference implementations.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_CA = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_BC = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_5F = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_0E = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
_96 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_6B = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_B0 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [_96, _5F, _6B],
    (5, 8): [_BC, _CA, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], _5F, _BC],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [_96, _5F, _6B],
    (6, 8): [_0E, _CA, ROOTS[4]],
    (2, 5): [_5F, _BC],
    (6, 7): [_0E, _B0, ROOTS[4]],
}
# The spans of the nodes that the RFC's worked example of seven leaves calls a to l (2.1.5).
SEVEN = dict(zip("abcdefj", ((leaf, leaf + 1) for leaf in range(7)), strict=True))
SEVEN |= {"g": (0, 2), "h": (2, 4), "i": (4, 6), "k": (0, 4), "l": (4, 7)}

LARGEST, LARGEST_PAIR = 257, 129
PLAIN = PlainTree([f"entry {number}".encode() for number in range(LARGEST)])


def inclusion(index: int, size: int, tree: PlainTree = PLAIN) -> list[bytes]:
    """A proof from the tree."""
    return [span_hash(span, tree.hash) for span in inclusion_path(index, size)]


def consistency(first: int, second: int, tree: PlainTree = PLAIN) -> list[bytes]:
    """A proof from the tree."""
    return [span_hash(span, tree.hash) for span in consistency_path(first, second)]


def test_published_roots() -> None:
    """The roots over the published leaves are the published ones, by the definition and as the log grows."""
    plain, edge = PlainTree(LEAVES), Edge()
    for size, root in enumerate(ROOTS):
        assert plain.root(size).hex() == edge.root().hex() == root
        if size < len(LEAVES):
            edge.append(leaf_hash(LEAVES[size]))


@pytest.mark.parametrize(("place", "proof"), INCLUSIONS.items())
def test_published_inclusion_proofs(place: tuple[int, int], proof: list[str]) -> None:
    """The published inclusion proofs are the ones that are made, and they verify."""
    index, size = place
    nodes = [bytes.fromhex(node) for node in proof]
    assert inclusion(index, size, PlainTree(LEAVES)) == nodes
    assert proves_inclusion(index, size, leaf_hash(LEAVES[index]), nodes, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCIES.items())
def test_published_consistency_proofs(sizes: tuple[int, int], proof: list[str]) -> None:
    """The published consistency proofs are the ones that are made, and they verify."""
    roots = [bytes.fromhex(ROOTS[size]) for size in sizes]
    nodes = [bytes.fromhex(node) for node in proof]
    assert consistency(*sizes, PlainTree(LEAVES)) == nodes
    assert proves_consistency(*sizes, *roots, nodes)


def test_the_worked_example() -> None:
    """The paths in the RFC's example of seven leaves are these."""
    for index, nodes in ((0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")):
        assert inclusion_path(index, 7) == [SEVEN[node] for node in nodes]
    for size, nodes in ((3, "cdgl"), (4, "l"), (6, "ijk")):
        assert consistency_path(size, 7) == [SEVEN[node] for node in nodes]


def inclusions(largest: int) -> Iterator[tuple[int, int, bytes, list[bytes], bytes]]:
    """Every leaf of every size, with its proof."""
    for size in range(1, largest + 1):
        for index in range(size):
            yield index, size, PLAIN.hash(index, index + 1), inclusion(index, size), PLAIN.root(size)


def consistencies(largest: int) -> Iterator[tuple[int, int, bytes, bytes, list[bytes]]]:
    """Every pair of sizes, with its proof."""
    for second in range(1, largest + 1):
        for first in range(1, second + 1):
            yield first, second, PLAIN.root(first), PLAIN.root(second), consistency(first, second)


def test_every_leaf_is_proved() -> None:
    """Every leaf of every size up to 257 is proved by its path, and by the path of no other leaf or size beside it."""
    for index, size, leaf, proof, root in inclusions(LARGEST):
        assert proves_inclusion(index, size, leaf, proof, root), (index, size)
        for other in (index - 1, index + 1):
            assert not proves_inclusion(other, size, leaf, proof, root), (index, other, size)
        assert not proves_inclusion(index, size, PLAIN.hash((index + 1) % LARGEST, (index + 1) % LARGEST + 1), proof, root)
    assert not proves_inclusion(0, 0, ROOT_OF_NOTHING, [], ROOT_OF_NOTHING)


ROOT_OF_NOTHING = PLAIN.root(0)


def test_every_pair_is_consistent() -> None:
    """Every tree up to 129 leaves is proved to begin every larger one, and no other root is."""
    for first, second, root, later, proof in consistencies(LARGEST_PAIR):
        assert proves_consistency(first, second, root, later, proof), (first, second)
        assert not proves_consistency(first, second, ROOT_OF_NOTHING, later, proof)
        assert not proves_consistency(first, second, root, ROOT_OF_NOTHING, proof)
        if first < second:
            assert not proves_consistency(first, second, later, root, proof)
            assert not proves_consistency(second, first, later, root, proof)
    assert not proves_consistency(0, 1, ROOT_OF_NOTHING, PLAIN.root(1), [])


def spoilt(proof: list[bytes], chance: random.Random) -> Iterator[list[bytes]]:
    """A proof with a byte of each node changed, and every one that is cut short, or has something more."""
    for place, node in enumerate(proof):
        at = chance.randrange(32)
        changed = node[:at] + bytes([node[at] ^ chance.randrange(1, 256)]) + node[at + 1 :]
        yield [*proof[:place], changed, *proof[place + 1 :]]
        yield proof[:place]
        yield [*proof[:place], *proof[place + 1 :]]
        yield [*proof[:place], node, *proof[place:]]
        yield [*proof[:place], node[:-1], *proof[place + 1 :]]
        yield [*proof[:place], node + b"\x00", *proof[place + 1 :]]
        if proof[place + 1 :]:
            yield proof[place + 1 :]
    yield [*proof, ROOT_OF_NOTHING]
    yield [ROOT_OF_NOTHING, *proof]
    yield [*proof, b""]


@pytest.mark.slow
def test_no_spoilt_inclusion_proof_passes() -> None:
    """A changed byte in any node, a dropped beginning, end or middle, and anything added are refused, for every leaf."""
    chance = random.Random(1)
    for index, size, leaf, proof, root in inclusions(LARGEST):
        for wrong in spoilt(proof, chance):
            assert not proves_inclusion(index, size, leaf, wrong, root), (index, size)


@pytest.mark.slow
def test_no_spoilt_consistency_proof_passes() -> None:
    """A changed byte in any node, a dropped beginning, end or middle, and anything added are refused, for every pair."""
    chance = random.Random(2)
    for first, second, root, later, proof in consistencies(LARGEST_PAIR):
        for wrong in spoilt(proof, chance):
            assert not proves_consistency(first, second, root, later, wrong), (first, second)


def test_every_byte_of_a_proof_counts() -> None:
    """Each of the 32 bytes of each node, of the leaf and of the roots, changed alone, is refused."""
    for index, size, leaf, proof, root in inclusions(12):
        for place, at in ((place, at) for place in range(len(proof) + 2) for at in range(32)):
            parts = [leaf, root, *proof]
            parts[place] = parts[place][:at] + bytes([parts[place][at] ^ 1]) + parts[place][at + 1 :]
            assert not proves_inclusion(index, size, parts[0], parts[2:], parts[1]), (index, size)
    for first, second, root, later, proof in consistencies(12):
        for place, at in ((place, at) for place in range(len(proof) + 2) for at in range(32)):
            parts = [root, later, *proof]
            parts[place] = parts[place][:at] + bytes([parts[place][at] ^ 1]) + parts[place][at + 1 :]
            assert not proves_consistency(first, second, parts[0], parts[1], parts[2:]), (first, second)
