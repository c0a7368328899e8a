"""Telling the veteran what happened, in the chat and by SMS, in the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.applications.model import Application
from backend.channels.sms import service as sms
from backend.clock import now
from backend.conversations import service as conversations
from backend.conversations.messages import Choice, Message
from backend.db.engine import Unit
from backend.errors import NotFound
from backend.house import House
from backend.locale.text import T, render
from backend.notices import repository
from backend.notices.model import NO_CHAT, NOT_WANTED, QUEUED, SAID, NoticeRow
from backend.security.masking import mask_name

CHAT, SMS = "chat", "sms"


async def tell(
    unit: Unit,
    house: House,
    application: Application,
    event: str,
    params: Mapping[str, Any],
    key: str,
    *,
    matter: str | None = None,
    variant: str | None = None,
    channels: Sequence[str] = (CHAT, SMS),
    choices: Sequence[Choice] = (),
) -> None:
    """Tell the applicant. `key` names the event within the application: each is told once a channel.

    The text is the catalogue's most particular one for event, matter and variant; places that every notice may use
    (`common_params`) need not be given; `choices` can be pressed under it in the chat. Raises KeyError when the catalogue has no such notice or a place is not filled.
    """
    notice = house.catalogue.notice(event, matter, variant)
    places = {**common_params(house, application), **params}
    filled = {name: places[name] for name in notice.params}
    shown = {name: render(value, application.language) for name, value in filled.items()}
    told = await repository.channels_told(unit.session, application.id, key)
    for channel in channels:
        if channel in told or (channel == SMS and notice.sms is None):
            continue
        if channel == CHAT:
            state = await _say(unit, application, Message(notice.chat_text(filled), choices), key)
        else:
            state = await _queue(unit, house, application, notice.id, filled, key)
        unit.session.add(
            NoticeRow(
                application_id=application.id,
                key=key,
                channel=channel,
                event=event,
                template=notice.id,
                version=notice.version,
                params=shown,
                state=state,
                at=now(),
            )
        )


async def _queue(unit: Unit, house: House, application: Application, template: str, filled: Mapping[str, Any], key: str) -> str:
    queued = await sms.queue(
        unit,
        house,
        application.answers["mobile"],
        template,
        filled,
        f"{application.id}:{key}",
        language=application.language,
        county=application.county,
    )
    return QUEUED if queued is not None else NOT_WANTED


async def _say(unit: Unit, application: Application, message: Message, key: str) -> str:
    try:
        await conversations.say(unit, application.conversation_id, [message], key=f"notice:{application.id}:{key}")
    except NotFound:
        # The veteran erased the chat; the case goes on, and the SMS reaches them.
        return NO_CHAT
    return SAID


def common_params(house: House, application: Application) -> dict[str, Any]:
    """Places that any notice may use, from the application and its county's window. `window` opens an SMS."""
    county = house.catalogue.counties[application.county]
    window = house.catalogue.window_of(application.county)
    ask = T("请向当地退役军人服务中心询问")
    return {
        "number": application.number,
        "surname": mask_name(application.answers["name"]).rstrip("*"),
        "county": county.name,
        "window": house.catalogue.signature_of(application.county),
        "window_name": window.name if window else T("{county}综合窗口", county=county.name),
        "address": window.address if window else ask,
        "hours": window.hours if window else ask,
        "tax_office": window.tax_office if window else T("安置地的税务局"),
        "police_station": window.police_station if window else T("安置地的公安派出所"),
        "tail": str(application.answers.get("bank_card") or "")[-4:],
    }
