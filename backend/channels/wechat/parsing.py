"""What WeChat posts, read; and what is answered, written. Pure.

公众号, 服务号 and 企业微信 share this form: an element `xml` with a child for each field. Nothing outside the message is
believed: no document type, no entity, no encoding but UTF-8.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_BODY = 64 * 1024
NAME = re.compile(r"[\x21-\x7e]{1,64}")
MEDIA = re.compile(r"[\x21-\x7e]{1,256}")
#: In the order in which people send them; what else there is, is unknown.
TEXT, VOICE, IMAGE, LOCATION, LINK, VIDEO, SHORT_VIDEO, FILE, EVENT = (
    "text",
    "voice",
    "image",
    "location",
    "link",
    "video",
    "shortvideo",
    "file",
    "event",
)
SUBSCRIBE, UNSUBSCRIBE, CLICK, SCAN = "subscribe", "unsubscribe", "click", "scan"
_CDATA_END = "]]>"


class NotRead(Exception):
    """A body that is no message of WeChat's; the message says why."""


@dataclass(frozen=True)
class Incoming:
    """One message or event.

    sender     who wrote: an openid (企业微信: a user id) · account: ours, as WeChat names it, to answer from
    key        by which a repeat is known: the MsgId, else sender, CreateTime and event
    kind       MsgType in small letters; `event`: the Event in small letters, "" for a message
    text       what was typed, recognised of a voice, the title of a link, or the EventKey of a menu
    menu       the id of a menu's entry that was pressed, "" otherwise · media: of a picture · url: of a link
    """

    sender: str
    account: str
    key: str
    kind: str
    event: str = ""
    text: str = ""
    menu: str = ""
    media: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """The kind for the record: text, image, event.subscribe, …; at most 40 characters."""
        return f"{self.kind}.{self.event}"[:40] if self.event else self.kind[:40]


def fields_of(body: bytes) -> dict[str, str]:
    """Name → text of the fields of a body. Raises NotRead."""
    if len(body) > MOST_BODY:
        raise NotRead("too large")
    try:
        root = fromstring(body.decode("utf-8"), forbid_dtd=True)
    except UnicodeDecodeError:
        raise NotRead("not UTF-8") from None
    except DefusedXmlException as error:
        raise NotRead(f"forbidden: {type(error).__name__}") from None
    except (ParseError, ValueError):
        raise NotRead("not XML") from None
    if root.tag != "xml":
        raise NotRead("no element xml")
    fields: dict[str, str] = {}
    for child in root:
        # A field twice could mean one thing to a check and another to what follows.
        if child.tag in fields:
            raise NotRead("a field twice")
        fields[child.tag] = child.text or ""
    return fields


def read(body: bytes) -> Incoming:
    """The message in a body that is proved to be WeChat's. Raises NotRead."""
    fields = fields_of(body)
    sender, account, kind = (fields.get(name, "").strip() for name in ("FromUserName", "ToUserName", "MsgType"))
    created, number = fields.get("CreateTime", "").strip(), fields.get("MsgId", "").strip()
    if not NAME.fullmatch(sender) or not NAME.fullmatch(account) or not NAME.fullmatch(kind):
        raise NotRead("no sender, account or kind")
    if not re.fullmatch(r"[0-9]{1,20}", created) or (number and not NAME.fullmatch(number)):
        raise NotRead("a malformed time or id")
    kind, event = kind.lower(), fields.get("Event", "").strip().lower()
    if kind == EVENT and not NAME.fullmatch(event):
        raise NotRead("an event without a name")
    event = event if kind == EVENT else ""
    media = fields.get("MediaId", "").strip()
    return Incoming(
        sender=sender,
        account=account,
        key=number or _key_of(created, event or kind, fields.get("EventKey", "")),
        kind=kind,
        event=event,
        text=_text_of(kind, fields),
        menu=fields.get("bizmsgmenuid", "").strip()[:64],
        media=media if MEDIA.fullmatch(media) else "",
        url=fields.get("Url", "").strip() if kind == LINK else "",
    )


def _key_of(created: str, event: str, detail: str) -> str:
    """An event has no MsgId: several of one second are told apart by what they are."""
    return f"{created}.{event[:24]}.{hashlib.sha256(detail.encode()).hexdigest()[:16]}"


def _text_of(kind: str, fields: dict[str, str]) -> str:
    return fields.get({TEXT: "Content", VOICE: "Recognition", LINK: "Title", EVENT: "EventKey"}.get(kind, ""), "")


def passive_reply(incoming_sender: str, account: str, created: int, text: str) -> bytes:
    """A text in answer within the request itself. `created`: seconds since 1970."""
    return (
        f"<xml><ToUserName>{_cdata(incoming_sender)}</ToUserName><FromUserName>{_cdata(account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType>{_cdata('text')}</MsgType><Content>{_cdata(text)}</Content></xml>"
    ).encode()


def envelope(sealed: str, signed: str, timestamp: str, nonce: str) -> bytes:
    """An encrypted answer, as it is sent."""
    return (
        f"<xml><Encrypt>{_cdata(sealed)}</Encrypt><MsgSignature>{_cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{escape(timestamp)}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    ).encode()


def _cdata(text: str) -> str:
    """`text` as character data that nothing in it can end, without the signs that XML cannot hold."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    return f"<![CDATA[{kept.replace(_CDATA_END, ']]]]><![CDATA[>')}]]>"
