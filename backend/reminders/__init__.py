"""Reminding veterans of what lies with them: a correction, the originals, a task that waits, a booklet or card to collect."""
