"""A county-level unit of Fujian, and its names. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from backend.locale.text import Named

PROVINCE = "福建省"


@dataclass(frozen=True)
class County:
    """A county-level unit of Fujian. `name` is the full official one below the province: 福州市鼓楼区, 平潭综合实验区.

    english   as a reader of English knows it: Gulou District, Fuzhou
    """

    code: str
    name: str
    city: str
    short: str
    aliases: tuple[str, ...]
    english: str = ""

    @property
    def full_name(self) -> str:
        """With the province: 福建省福州市鼓楼区."""
        return PROVINCE + self.name

    @property
    def own_name(self) -> str:
        """The official name without its city: 鼓楼区, 平潭综合实验区."""
        return self.name.removeprefix(self.city) or self.name

    @property
    def label(self) -> Named:
        """The name as it is shown, in the reader's language."""
        return Named(self.name, {"en": self.english})

    @property
    def own_label(self) -> Named:
        """The name without its city, as it is shown among others of that city."""
        return Named(self.own_name, {"en": self.english.partition(", ")[0]})

    @property
    def city_label(self) -> Named:
        """The city as it is shown."""
        return Named(self.city, {"en": self.english.rpartition(", ")[2]})
