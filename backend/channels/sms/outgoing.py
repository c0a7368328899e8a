"""What a provider is given: one text, and the template that it was made from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from backend.locale.text import render

#: The place of a text that holds the sender's name: it opens every template as 【{window}】.
SIGNATURE = "window"


@dataclass(frozen=True)
class Template:
    """What a text was made from, as providers that send approved templates only need it.

    id         of the notice (notices.yml), or alert_<kind> for a reminder to staff · version: of its wording
    params     every place but the signature, filled in, in `language`
    signature  what stands between 【】 · language: zh_Hans_CN or en, each of which has its own wording
    """

    id: str
    version: int
    params: Mapping[str, str]
    signature: str
    language: str

    def to_json(self) -> dict[str, Any]:
        """As JSON, to be read back by `Template(**…)`."""
        return asdict(self)


def template(template_id: str, version: int, params: Mapping[str, Any], language: str) -> Template:
    """A template with its places as they are shown in `language`."""
    shown = {name: str(render(value, language)) for name, value in params.items()}
    return Template(template_id, version, shown, shown.pop(SIGNATURE, ""), language)


@dataclass(frozen=True)
class Outgoing:
    """One text to one mobile.

    to        11 digits, or E.164 for one from abroad
    text      the whole text as it is to be read, with 【signature】 where it has one
    key       the row's number (seq) as text; receipts can name it
    template  None for an answer in a conversation, which is in free words
    """

    to: str
    text: str
    key: str
    template: Template | None = None
