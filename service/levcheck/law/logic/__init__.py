"""Facts, three-valued conditions and provisions. This room knows no regulation."""
