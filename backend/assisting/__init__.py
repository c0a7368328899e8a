"""Help at the window: staff fill in a veteran's draft, which moves to a phone and back (notice 六之一, 六之三)."""
