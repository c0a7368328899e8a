"""How casework keeps its pace when the tables have grown; see bench/README.md."""
