"""The soldiers a county expects, and whose archives (档案) it has received: its list, matched with the applications (notice 四(一))."""
