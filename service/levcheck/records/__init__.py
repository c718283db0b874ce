"""Determinations: recorded, signed and kept for as long as the law asks. Nothing here decides."""
