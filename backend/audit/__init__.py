"""Who saw and did what, over all the records that rooms keep: one list, the newest first."""
