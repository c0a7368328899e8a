"""Working days and limits (notice 四(八)). Pure but for the command."""
