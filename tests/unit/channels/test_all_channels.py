"""A channel needs no registering: every process knows how what is said is delivered on it."""

from __future__ import annotations

import subprocess
import sys

from scripts.console import ROOT

LOOK = """
from backend.channels import all_channels
from backend.conversations import outbound
before = sorted(outbound._deliveries)
all_channels()
print(before, sorted(outbound._deliveries))
"""


def test_a_process_that_names_no_channel_delivers_on_each() -> None:
    seen = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert seen.stdout.strip() == "[] ['sms', 'wechat']"
