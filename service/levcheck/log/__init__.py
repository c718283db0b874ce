"""The transparency log (in the shape of RFC 9162): a Merkle tree over the records, so that nobody can rewrite the past."""
