"""Who told the survey of a training need that they qualify for: the county gets in touch (notice 三(三))."""
