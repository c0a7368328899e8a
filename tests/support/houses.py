"""Settings of a house that tests open."""

from __future__ import annotations

from pathlib import Path

from backend.security.encryption import generate_key_file
from backend.settings import Settings, load


def settings_for(database_url: str, folder: Path) -> Settings:
    """Its own database and keys, the real catalogue, console SMS, nothing listening anywhere."""
    keys_file = folder / "keys.json"
    generate_key_file(keys_file)
    return load(
        {
            "DATABASE_URL": database_url,
            "GUITU_KEYS_FILE": str(keys_file),
            "GUITU_RASA_TOKEN": "rasa-token-of-a-test",
            "GUITU_INTERNAL_TOKEN": "internal-token-of-a-test",
            "GUITU_DEMO": "1",
            # Port 9 (discard) is closed: whoever calls by mistake is refused at once.
            "GUITU_RASA_URL": "http://127.0.0.1:9",
            "GUITU_SIMULATOR_URL": "http://127.0.0.1:9",
            "GUITU_SIMULATOR_DELAY": "0.1",
        }
    )
