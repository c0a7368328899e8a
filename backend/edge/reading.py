"""Reading a request's body and query. An unknown field, or a value of another type, is refused with the reason."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sanic import Request

from backend.errors import GuituError

#: Larger than 2,000 characters in JSON's longest escapes.
MAX_BODY = 64 * 1024
#: The largest whole number that every page and both databases keep exactly.
MAX_SEQ = 2**53 - 1


class Strict(BaseModel):
    """A body that takes its own fields only, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read_json[Model: BaseModel](request: Request, model: type[Model], *, cleaned_later: bool = False) -> Model:
    """The request's body as `model`.

    Raises GuituError: 415 when it is not declared as JSON, 413 over 64 KiB, 400 with `reasons` when it does not fit,
    `nul` when a text in it holds a NUL; `cleaned_later`: what a person typed, which the hub rids of such signs.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _refusal(415, "content_type", "请用 application/json 发送。")
    if len(request.body) > MAX_BODY:
        raise _refusal(413, "too_large", "内容太大了，请分几次发。")
    try:
        value: Any = json.loads(request.body)
        # JSON has no other way to write one.
        holds_nul = not cleaned_later and b"\\u0000" in request.body and _holds_nul(value)
    except (ValueError, RecursionError):
        raise _refusal(400, "not_json", "内容不是有效的 JSON。") from None
    if holds_nul:
        raise _refusal(400, "nul", "内容里有不能用的字符，请核对后再试。")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        reasons = [f"{'.'.join(str(part) for part in each['loc']) or 'body'}: {each['msg']}" for each in found]
        raise _refusal(400, "invalid", "内容的格式不对。", reasons=reasons) from None


def _holds_nul(value: Any) -> bool:
    """True when any text in it holds a NUL, which PostgreSQL keeps nowhere."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(name) or _holds_nul(each) for name, each in value.items())
    return isinstance(value, list) and any(_holds_nul(each) for each in value)


def read_seq(request: Request, name: str, most: int = MAX_SEQ, text: str | None = None) -> int:
    """A whole number from 0 to `most` out of the query (or given as `text`); 0 when it is absent. Raises GuituError (400)."""
    given = request.args.get(name) if text is None else text
    if given is None or given == "":
        return 0
    if not (given.isascii() and given.isdigit() and len(given) <= 16):
        raise _refusal(400, "invalid", f"{name} 要是一个不小于 0 的整数。")
    return min(int(given), most)


def _refusal(status: int, code: str, message: str, **details: object) -> GuituError:
    error = GuituError(message, code=code, **details)
    error.status = status
    return error
