"""Whole tables at once, by an engine for tables: the law stays the compiled law, the evidence its room's."""
