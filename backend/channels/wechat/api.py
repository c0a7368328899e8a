"""WeChat's HTTP interface over our own client: the access token, customer service messages, pictures.

Addresses and fields are those of the public interface: cgi-bin/stable_token, cgi-bin/message/custom/send and …/typing,
cgi-bin/media/get and …/upload. Every answer's errcode is read.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from backend.channels.wechat.states import OK
from backend.settings import WeChatSettings

SECONDS = 10.0
DOWNLOAD_SECONDS = 20.0
#: Of an answer that is no picture.
MOST_ANSWER = 64 * 1024


class Refused(Exception):
    """WeChat answered with a return code other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


class NotReached(Exception):
    """Nothing can have arrived: it may be tried again."""


class NotKnown(Exception):
    """It may have arrived, or not."""


class TooLarge(Exception):
    """A picture of more bytes than are taken."""


class WeChatApi:
    """One account's interface. Tokens are made by tokens.py."""

    def __init__(self, settings: WeChatSettings, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self._http = http

    async def fetch_token(self, *, force: bool = False) -> tuple[str, int]:
        """An access token, and for how many seconds it holds. `force`: another than the last. Raises Refused, NotReached."""
        asked = {
            "grant_type": "client_credential",
            "appid": self.settings.appid,
            "secret": self.settings.secret,
            "force_refresh": force,
        }
        try:
            answer = await self._post("/cgi-bin/stable_token", None, json.dumps(asked))
            return str(answer["access_token"]), int(answer["expires_in"])
        except NotKnown as error:
            # Asking again does no harm.
            raise NotReached(str(error)) from error
        except (KeyError, TypeError, ValueError):
            raise NotReached("an answer without a token") from None

    async def send(self, token: str, openid: str, message: dict[str, Any]) -> None:
        """Send one customer service message (`msgtype` and what belongs to it). Raises Refused, NotReached, NotKnown."""
        # The interface shows escapes of JSON to people as they are.
        body = json.dumps({"touser": openid, **message}, ensure_ascii=False)
        await self._post("/cgi-bin/message/custom/send", token, body)

    async def typing(self, token: str, openid: str) -> None:
        """Show that an answer is being written. Raises as `send` does."""
        await self._post("/cgi-bin/message/custom/typing", token, json.dumps({"touser": openid, "command": "Typing"}))

    async def upload_image(self, token: str, jpeg: bytes) -> str:
        """Leave a JPEG with WeChat for three days; returns its media id, to be sent as an image. Raises as `send` does."""
        files = {"media": ("picture.jpg", jpeg, "image/jpeg")}
        try:
            answer = await self._http.post(
                f"{self.settings.api}/cgi-bin/media/upload",
                params={"access_token": token, "type": "image"},
                files=files,
                timeout=DOWNLOAD_SECONDS,
            )
        except httpx.HTTPError as error:
            raise _failure(error) from error
        said = _read(answer.status_code, answer.content)
        return str(said.get("media_id", ""))

    async def picture(self, token: str, media_id: str, most: int) -> bytes:
        """A picture that a veteran sent, at most `most` bytes. Raises Refused, NotReached, or TooLarge."""
        query = {"access_token": token, "media_id": media_id}
        try:
            url = f"{self.settings.api}/cgi-bin/media/get"
            async with self._http.stream("GET", url, params=query, timeout=DOWNLOAD_SECONDS) as answer:
                said = answer.headers.get("content-type", "").startswith(("application/json", "text/plain"))
                content = await _up_to(answer, MOST_ANSWER if said else most)
        except httpx.HTTPError as error:
            raise NotReached(type(error).__name__) from error
        if said:
            _read(answer.status_code, content)
            raise NotReached("an answer that is no picture")
        if answer.status_code != httpx.codes.OK:
            raise NotReached(f"status {answer.status_code}")
        return content

    async def _post(self, path: str, token: str | None, body: str) -> dict[str, Any]:
        try:
            answer = await self._http.post(
                f"{self.settings.api}{path}",
                params={"access_token": token} if token else None,
                content=body.encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=SECONDS,
            )
        except httpx.HTTPError as error:
            raise _failure(error) from error
        return _read(answer.status_code, answer.content)


async def _up_to(answer: httpx.Response, most: int) -> bytes:
    chunks, size = [], 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > most:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _failure(error: httpx.HTTPError) -> Exception:
    # Without the error's own words: they may hold the address, and the token with it.
    nothing_left = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return (NotReached if nothing_left else NotKnown)(type(error).__name__)


def _read(status: int, content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
        code = int(said.get("errcode", OK))
    except (ValueError, TypeError, AttributeError):
        raise NotKnown(f"status {status}, and no answer of WeChat's") from None
    if code != OK:
        raise Refused(code)
    if status != httpx.codes.OK:
        raise NotKnown(f"status {status}")
    return dict(said)
