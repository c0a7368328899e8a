"""What `make` runs: set-up, start, checks. Standard library only, except where a docstring says otherwise."""
