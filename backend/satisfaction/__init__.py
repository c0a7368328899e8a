"""One question when all is done: how satisfied the veteran is, with room for words (notice 六(三))."""
