"""Telling the veteran what happened, in the chat and by SMS, in the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.applications.model import Application
from backend.catalogue.entries import Notice
from backend.channels.sms import service as sms
from backend.channels.sms.model import SmsMessage
from backend.channels.wechat import service as wechat
from backend.clock import local, now
from backend.conversations import service as conversations
from backend.conversations.messages import Choice, Message
from backend.db.engine import Unit
from backend.db.keys import fitted
from backend.errors import NotFound
from backend.house import House
from backend.locale.text import T, render
from backend.notices import repository
from backend.notices.model import BY_WECHAT, LONGEST_KEY, NO_CHAT, NOT_WANTED, QUEUED, SAID, NoticeRow
from backend.security.masking import mask_name

CHAT, SMS = "chat", "sms"
NEWS = "news_waits"


@dataclass(frozen=True)
class _Telling:
    """A notice, ready to be told; `filled`: its places as they are, `shown`: as they were put into words; `common`: those that
    every notice may use; `news`: what is said by SMS where it reaches nobody otherwise."""

    application: Application
    notice: Notice
    event: str
    key: str
    filled: Mapping[str, Any]
    shown: Mapping[str, str]
    channels: Sequence[str]
    choices: Sequence[Choice]
    wechat: bool
    common: Mapping[str, Any]
    news: Notice | None


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
    (`common_params`) need not be given; `choices` can be pressed under it in the chat. Raises KeyError when the catalogue has
    no such notice or a place is not filled.
    """
    notice = house.catalogue.notice(event, matter, variant)
    common = common_params(house, application)
    places = {**common, **params}
    filled = {name: places[name] for name in notice.params}
    shown = {name: render(value, application.language) for name, value in filled.items()}
    by = tuple(channel for channel in channels if channel != SMS or notice.sms is not None)
    name = fitted(key, LONGEST_KEY)
    news = house.catalogue.notices.get(NEWS)
    telling = _Telling(
        application, notice, event, name, filled, shown, by, tuple(choices), house.wechat is not None, common, news
    )
    await unit.later(_tell_all, telling)


def shown(house: House, application: Application, event: str, params: Mapping[str, Any]) -> tuple[str, str | None]:
    """What would be told, in the applicant's language: the chat message, and the SMS where one is sent."""
    notice = house.catalogue.notice(event)
    places = {**common_params(house, application), **params}
    filled = {name: places[name] for name in notice.params}
    sms_text = notice.sms_text(filled)
    chat = render(notice.chat_text(filled), application.language)
    return chat, render(sms_text, application.language) if sms_text is not None else None


async def _tell_all(unit: Unit, tellings: Sequence[_Telling]) -> None:
    told = await repository.told(unit.session, {(each.application.id, each.key) for each in tellings})
    on_wechat = {each.application.conversation_id for each in tellings if each.wechat}
    reached = await wechat.reachable(unit, on_wechat) if on_wechat else set()
    rows: list[NoticeRow] = []
    for channel, write in ((CHAT, _say), (SMS, _queue)):
        fresh = []
        for each in tellings:
            name = each.application.id, each.key, channel
            if channel in each.channels and name not in told:
                told.add(name)
                fresh.append(each)
        states = await write(unit, fresh, reached)
        rows += [_row(each, channel, state) for each, state in zip(fresh, states, strict=True)]
    unit.session.add_all(rows)


def _row(telling: _Telling, channel: str, state: str) -> NoticeRow:
    return NoticeRow(
        application_id=telling.application.id,
        key=telling.key,
        channel=channel,
        event=telling.event,
        template=telling.notice.id,
        version=telling.notice.version,
        params=telling.shown,
        state=state,
        at=now(),
    )


async def _queue(unit: Unit, tellings: Sequence[_Telling], reached: Collection[str]) -> list[str]:
    rows: list[SmsMessage] = []
    states = []
    for each in tellings:
        application = each.application
        row = await sms.text_of(
            unit,
            each.notice,
            application.answers["mobile"],
            each.filled,
            f"{application.id}:{each.key}",
            language=application.language,
            county=application.county,
        )
        if row is None:
            states.append(NOT_WANTED)
        elif application.conversation_id in reached and await _push(unit, each, row):
            states.append(BY_WECHAT)
        else:
            rows.append(row)
            states.append(QUEUED)
    await sms.queue_new(unit, rows)
    return states


async def _push(unit: Unit, telling: _Telling, fallback: SmsMessage | None) -> bool:
    """Send by WeChat what was said in the chat. False: nothing was, so there is nothing to send."""
    said = await conversations.said(unit, _chat_key(telling))
    if said is not None:
        await wechat.push(unit, telling.application.conversation_id, said, fallback)
    return said is not None


def _chat_key(telling: _Telling) -> str:
    return f"notice:{telling.application.id}:{telling.key}"


async def _say(unit: Unit, tellings: Sequence[_Telling], reached: Collection[str]) -> list[str]:
    """Each conversation is taken once for all that is said in it."""
    said: dict[str, list[tuple[str, Message]]] = {}
    for each in tellings:
        message = Message(each.notice.chat_text(each.filled), each.choices)
        said.setdefault(each.application.conversation_id, []).append((_chat_key(each), message))
    # A result without an SMS would stay in a transcript that nobody sees by SMS, or on WeChat once it takes nothing more.
    sent = {_chat_key(each) for each in tellings if _goes_no_other_way(each, reached)}
    erased = set()
    for conversation_id, messages in said.items():
        try:
            await conversations.say_new(unit, conversation_id, messages, sent)
        except NotFound:
            # The veteran erased the chat; the case goes on, and the SMS reaches them.
            erased.add(conversation_id)
    for each in tellings:
        if each.application.conversation_id in reached and SMS not in each.channels:
            await _push(unit, each, None)
    await _send_that_news_wait(
        unit, [each for each in tellings if each.application.conversation_id in erased and _goes_no_other_way(each, reached)]
    )
    return [NO_CHAT if each.application.conversation_id in erased else SAID for each in tellings]


async def _send_that_news_wait(unit: Unit, tellings: Sequence[_Telling]) -> None:
    """A result that is told in the chat alone, to who erased the chat: an SMS says that there is news, once a day a case."""
    rows: list[SmsMessage] = []
    for each in tellings:
        if each.news is None:
            continue
        application, day = each.application, local(now()).date().isoformat()
        row = await sms.text_of(
            unit,
            each.news,
            application.answers["mobile"],
            each.common,
            f"{NEWS}:{application.id}:{day}",
            language=application.language,
            county=application.county,
        )
        if row is not None and row.key not in {one.key for one in rows} and await sms.unknown_key(unit, row.key):
            rows.append(row)
    await sms.queue_new(unit, rows)


def _goes_no_other_way(telling: _Telling, reached: Collection[str]) -> bool:
    by_sms_or_wechat = SMS in telling.channels or telling.application.conversation_id in reached
    return telling.notice.kind != sms.REMINDER and not by_sms_or_wechat


def common_params(house: House, application: Application) -> dict[str, Any]:
    """Places that any notice may use, from the application and its county's window. `window` opens an SMS."""
    county = house.catalogue.counties[application.county]
    window = house.catalogue.window_of(application.county)
    ask = T("请向当地退役军人服务中心询问")
    return {
        "number": application.number,
        "surname": mask_name(application.answers["name"]).rstrip("*"),
        "county": county.label,
        "window": house.catalogue.signature_of(application.county),
        "window_name": window.name if window else T("{county}综合窗口", county=county.label),
        "address": window.address if window else ask,
        "hours": window.hours if window else ask,
        "tax_office": window.tax_office if window else T("安置地的税务局"),
        "police_station": window.police_station if window else T("安置地的公安派出所"),
        "tail": str(application.answers.get("bank_card") or "")[-4:],
    }
