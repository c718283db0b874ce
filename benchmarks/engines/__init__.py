"""One module for each engine that is timed, and what they share: the transactions and the shape of a contender."""
