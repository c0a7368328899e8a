"""What runs inside Rasa, in an environment of its own (Python 3.10)."""
