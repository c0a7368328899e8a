"""How the limits of the notice were kept: by month, county, department and matter (notice 四(八)), without anybody's data."""
