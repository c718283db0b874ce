"""Rows as tables, and the places where tables are screened."""
