"""Editions of the catalogue's rules: a case keeps the matters, materials and departments that it began with."""
