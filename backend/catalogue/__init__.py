"""The notice as data: matters, materials, limits, notices, banks, counties. Loaded and checked once."""
