"""A simulated season: made-up veterans, departments that fail, repeat and answer out of order, and what must come of it all."""
