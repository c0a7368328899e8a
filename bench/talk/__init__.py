"""Many open talks at once, and how soon what is said in one stands on the pages that show it."""
