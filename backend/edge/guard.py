"""What every page and answer of ours carries, and the check that a request was made by our own page."""

from __future__ import annotations

from urllib.parse import urlsplit

from sanic import Blueprint, Request
from sanic.response import BaseHTTPResponse

from backend.errors import GuituError

#: Nothing inline and nothing from elsewhere; pictures and fonts inside WeUI's own style sheet are data: addresses.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class WrongOrigin(GuituError):
    """Another site's page made this request."""

    status = 403
    code = "wrong_origin"


def check_origin(request: Request, public_url: str) -> None:
    """Refuse what changes something unless our own page, or a program that is no browser, sent it. Raises WrongOrigin.

    Browsers say it in Sec-Fetch-Site, older ones in Origin; a program that sends neither carries nobody's cookie.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise WrongOrigin("请从本页面操作。")
    if site is None and origin is not None and not _ours(origin, request.headers.get("host", ""), public_url):
        raise WrongOrigin("请从本页面操作。")


def _ours(origin: str, host: str, public_url: str) -> bool:
    try:
        given = urlsplit(origin)
    except ValueError:
        return False
    return bool(given.netloc) and (given.netloc == host or origin == _origin_of(public_url))


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def secure_answers(blueprint: Blueprint) -> None:
    """Add the security headers to every answer of a room."""

    @blueprint.middleware("response")  # type: ignore[untyped-decorator]
    async def headers(_request: Request, response: BaseHTTPResponse) -> None:
        secure(response)


def secure(response: BaseHTTPResponse) -> None:
    """Add the security headers; what says nothing about caching is not cached."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
