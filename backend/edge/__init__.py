"""What every room that answers HTTP shares: the check of where a request came from, and reading its body and query."""
