"""`make run`: set up what is missing, look at the ports, then start every process (scripts/manage.py) until Ctrl-C."""

import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036  a machine's own Python may be older than what the project declares
    sys.exit(
        # Percent format: an f-string would stop an older Python at its first line.
        "Guitu needs a Python of 3.10 or newer to set itself up, this one is %d.%d. "  # noqa: UP031
        "Install one, or name it: make run PYTHON=python3.12" % sys.version_info[:2]
    )

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120

from scripts import ports, processes, steps
from scripts.console import ROOT, SetupError
from scripts.environments import ROOT_ENVIRONMENT


def need_ports() -> dict[str, str]:
    """The environment of the processes, whose ports are all free. Raises SetupError with the port and the way out."""
    environ = processes.environment(os.environ)
    for part in processes.PARTS:
        ports.need_free(part, environ)
    return environ


def main() -> int:
    """Exit status 0 after Ctrl-C, otherwise not 0, with one line that says what to do."""
    try:
        # Before the set-up, which may take minutes, and after it, for something may have taken a port meanwhile.
        need_ports()
        status = steps.main([])
        if status:
            return status
        environ = need_ports()
    except SetupError as stop:
        print("make run:", stop, file=sys.stderr)
        return 1
    os.chdir(str(ROOT))
    interpreter = str(ROOT_ENVIRONMENT.interpreter)
    # The manager takes this process's place, so that Ctrl-C and signals reach it directly.
    os.execve(interpreter, [interpreter, "-m", "scripts.manage"], environ)  # noqa: S606
    return 0


if __name__ == "__main__":
    sys.exit(main())
