"""The roster of veterans who have reported in, and its hand-over to the armed-forces department (notice 三(二), 附表)."""
