"""What signing in asks for and how long wrong tries make it wait. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

#: What is still to come before a session opens anything, in this order.
CODE = "code"
NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a stage
SET_UP = "set_up"
FULL = "full"

#: So long after a proof (password, code) what is masked may be opened.
PROOF_LASTS = timedelta(minutes=5)
#: A quiet day forgets wrong tries.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Patience:
    """`free` wrong tries, then pauses that double from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def pause(self, failures: int) -> timedelta | None:
        """How long nothing more is looked at after so many wrong tries in a row; None: not at all."""
        beyond = failures - self.free
        if beyond < 0:
            return None
        return min(self.first * (1 << min(beyond, 20)), self.longest)


#: Guessing takes longer than it is worth; whoever means to lock a colleague out gets a quarter of an hour.
FOR_A_NAME = Patience(5, timedelta(seconds=30), timedelta(minutes=15))
#: A whole office may come from one address.
FOR_AN_ADDRESS = Patience(30, timedelta(seconds=30), timedelta(hours=1))


def stage(*, has_factor: bool, factor_shown: bool, factor_required: bool, first_password: bool) -> str:
    """What comes next for somebody whose password was right. Who has a second factor shows it, required or not."""
    if has_factor and not factor_shown:
        return CODE
    if first_password:
        return NEW_PASSWORD
    if factor_required and not has_factor:
        return SET_UP
    return FULL


def say_pause(seconds: int) -> str:
    """A pause as people say it."""
    if seconds < 60:
        return f"{seconds} 秒"
    return f"{-(-seconds // 60)} 分钟"
