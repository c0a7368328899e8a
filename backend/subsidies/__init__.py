"""The local economic subsidy (notice 三(四), 四(二)): funds that arrive, payment lists for the bank, and what came of each payment."""
