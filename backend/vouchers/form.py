"""Reading a file that is sent as multipart/form-data, in memory only: Sanic writes no part of a form to disk, nor do we."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from sanic import Request

from backend.edge.reading import Strict
from backend.errors import GuituError
from backend.locale.text import T, Text, render
from backend.vouchers.rules import MOST_AROUND, MOST_BYTES, too_large
from backend.vouchers.schemas import UploadIn
from backend.vouchers.service import Sent, told

#: What is larger is still received up to here and thrown away: a browser that is cut off in sending never reads the reason.
MOST_HEARD_OUT = 64 * 1024 * 1024


async def read_form(request: Request, language: str) -> Sent:
    """The one file of a form, with its material and key; see `read_file`."""
    given, content = await read_file(request, language, UploadIn)
    return Sent(int(given.material), given.key, content)


async def read_file[Fields: Strict](request: Request, language: str, fields: type[Fields]) -> tuple[Fields, bytes]:
    """The fields of a form, and its one file. Needs a route with `stream=True`: nothing is read before this.

    Raises GuituError: 415 for another content type, 413 with the size for a file of more than 10 MB, 400 for the rest.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise _refusal(415, "content_type", T("请用 multipart/form-data 发送照片。"), language)
    request.body = await _body(request, language)
    texts: Any = request.form or {}
    files: Any = request.files or {}
    try:
        given = fields.model_validate({name: values[0] for name, values in texts.items() if len(values) == 1})
    except ValidationError:
        raise _refusal(400, "invalid", T("照片没有传完整，请重新选一次。"), language) from None
    if set(files) != {"file"} or len(files["file"]) != 1:
        raise _refusal(400, "no_file", T("要传一张照片或者一个 PDF，一次一个。"), language)
    # The name that a file had, and the type that was declared for it, are not looked at and not kept.
    return given, bytes(files["file"][0].body)


async def _body(request: Request, language: str) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > MOST_HEARD_OUT:
        raise told(too_large(int(declared)), language)
    stream: Any = request.stream
    stream.request_max_size = MOST_HEARD_OUT
    chunks, size = [], 0
    async for chunk in stream:
        size += len(chunk)
        if size <= MOST_BYTES + MOST_AROUND:
            chunks.append(chunk)
        else:
            chunks.clear()
    if size > MOST_BYTES + MOST_AROUND:
        raise told(too_large(size), language)
    return b"".join(chunks)


def _refusal(status: int, code: str, text: Text, language: str) -> GuituError:
    error = GuituError(render(text, language), code=code)
    error.status = status
    return error
