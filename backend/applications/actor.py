"""Who acts on a case, and which cases that lets them reach."""

from __future__ import annotations

from dataclasses import dataclass

VETERAN = "veteran:"


@dataclass(frozen=True)
class Actor:
    """`name` is what the record shows: `veteran:c_…`, `staff:USER`, `cli:USER`, `unit:u_…`, `system`.

    counties      only cases of these (six-digit codes); None: of all
    conversation  only the cases of this conversation; None: no such limit
    """

    name: str
    counties: tuple[str, ...] | None = None
    conversation: str | None = None

    def reaches(self, county: str) -> bool:
        """Whether cases of that county are theirs to work on; a veteran works on none."""
        return self.conversation is None and (self.counties is None or county in self.counties)


def actor_of(who: Actor | str) -> Actor:
    """A name alone reaches every case, but a veteran's reaches only those of that conversation."""
    if isinstance(who, Actor):
        return who
    if who.startswith(VETERAN):
        return Actor(who, conversation=who.removeprefix(VETERAN))
    return Actor(who)


SYSTEM = Actor("system")
