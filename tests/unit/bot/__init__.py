"""Tests of what runs inside Rasa. They run in its environment: `bot/.venv/bin/python -m pytest -c bot/pyproject.toml tests/unit/bot`."""
