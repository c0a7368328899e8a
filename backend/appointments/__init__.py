"""Appointments at the window: which times are free, and whose they are (notice 三(一): after the pre-review)."""
