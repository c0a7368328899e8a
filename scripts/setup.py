"""Set-up: `python3 -m scripts.setup [--dev]`. Does what is missing, in order, and nothing twice.

This file and scripts/run.py are read by whatever Python a machine has, so their syntax stays old; the rest needs 3.10.
"""

import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036  a machine's own Python may be older than what the project declares
    sys.exit(
        # Percent format: an f-string would stop an older Python at its first line.
        "Guitu needs a Python of 3.10 or newer to set itself up, this one is %d.%d. "  # noqa: UP031
        "Install one, or name it: make run PYTHON=python3.12" % sys.version_info[:2]
    )

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120

from scripts import steps

if __name__ == "__main__":
    sys.exit(steps.main(sys.argv[1:]))
