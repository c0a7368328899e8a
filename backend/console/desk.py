"""A request to the console as its pages see it: who is there, in which language, with which form, and how to answer."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sanic import Request, html
from sanic.response import HTTPResponse, redirect

from backend.console import navigation
from backend.console.forms import Form
from backend.console.rendering import refusal, render_page
from backend.errors import Forbidden, GuituError, Unauthorised
from backend.house import House
from backend.locale.text import LANGUAGES, SOURCE_LANGUAGE, T, Text, render
from backend.staff.guard import address_of, token_of
from backend.staff.sessions import SignedIn, form_token, who_is

LANGUAGE_COOKIE = "guitu_console_language"
FLASH_COOKIE = "guitu_console_said"
#: Ties a form to a browser before there is a session.
FORM_COOKIE = "guitu_console_form"
YEAR = 365 * 24 * 3600


@dataclass
class Desk:
    """What a page is given.

    staff   who is signed in; asked of a page for whoever is on the way in, it raises Unauthorised
    seed    what the form token is made from: the session's token, or a cookie of its own before there is one
    """

    request: Request
    house: House
    language: str
    token: str | None
    who: SignedIn | None
    seed: str
    form: Form = field(default_factory=Form)
    cookies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return self.who is not None

    @property
    def staff(self) -> SignedIn:
        """Who is signed in."""
        if self.who is None:
            raise Unauthorised(T("请先登录。"), code="not_signed_in")
        return self.who

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return address_of(self.request)

    @property
    def partial(self) -> bool:
        """True when htmx asks for a part of a page only."""
        return self.request.headers.get("hx-request") == "true"

    def asked(self, name: str, default: str = "") -> str:
        """A value of the query; the default when it is absent."""
        return str(self.request.args.get(name) or default)

    def say(self, text: Any) -> str:
        """A text in the reader's language."""
        return render(text, self.language)

    def refusal(self, error: GuituError) -> str:
        """What a refusal says, in the reader's language."""
        return self.say(refusal(error))

    def page(self, template: str, status: int = 200, **context: Any) -> HTTPResponse:
        """`template` with what every page knows and `context`."""
        shown = {
            "desk": self,
            "staff": self.who,
            "demo": self.house.settings.demo,
            "form_token": form_token(self.seed),
            "here": self.request.path,
            "navigation": navigation.for_roles(self.who.roles if self.who else (), self.request.path),
            "said": self._take_said(),
            **context,
        }
        return html(render_page(template, self.language, shown), status=status)

    def go(self, path: str, said: Text | None = None, kind: str = "good", **params: Any) -> HTTPResponse:
        """To another page after an action, which says there what was done. kind: good or bad."""
        if said is not None:
            told = json.dumps([kind, render(Text(said.source, {**said.params, **params}), self.language)], ensure_ascii=False)
            self._set(FLASH_COOKIE, base64.urlsafe_b64encode(told.encode()).decode(), max_age=60)
        if self.partial:
            return HTTPResponse(status=204, headers={"HX-Redirect": path})
        return redirect(path, status=303)

    def check_form_token(self) -> None:
        """Raises Forbidden unless the form came out of a page of this session."""
        given = self.form.one("form_token") or self.request.headers.get("x-form-token", "")
        if not hmac.compare_digest(given.encode(), form_token(self.seed).encode()):
            raise Forbidden(T("这一页放得太久了，没有做成任何事。请刷新页面，再做一次。"), code="form_token")

    def back(self, given: str, default: str = "/console") -> str:
        """An address of the console to go on to; anything else becomes `default`."""
        parts = urlsplit(given)
        ours = not parts.scheme and not parts.netloc and given.startswith("/console") and "\\" not in given
        return given if ours and given.isprintable() and not given.startswith("//") else default

    def finish(self, response: HTTPResponse) -> HTTPResponse:
        """Add the cookies that the page has set."""
        for cookie in self.cookies:
            response.add_cookie(**cookie)
        self.cookies.clear()
        return response

    def keep_language(self, language: str) -> None:
        """Speak this language from now on."""
        if language in LANGUAGES:
            self.language = language
            self._set(LANGUAGE_COOKIE, language, max_age=YEAR)

    def _set(self, key: str, value: str, max_age: int) -> None:
        self.cookies.append(
            {
                "key": key,
                "value": value,
                "max_age": max_age,
                "path": "/console",
                "httponly": True,
                "samesite": "Strict",
                "secure": self.house.settings.public_url.startswith("https://"),
            }
        )

    def _take_said(self) -> list[str] | None:
        given = self.request.cookies.get(FLASH_COOKIE)
        if not given or self.partial:
            return None
        self._set(FLASH_COOKIE, "", max_age=0)
        try:
            kind, text = json.loads(base64.urlsafe_b64decode(given))
        except (ValueError, TypeError):
            return None
        return [kind, str(text)] if kind in ("good", "bad") else None


async def arrive(request: Request, *, signed_in: bool) -> Desk:
    """The desk of a request. Raises Unauthorised when somebody has to be signed in and nobody is."""
    house: House = request.app.ctx.house
    token = token_of(request)
    who = None
    try:
        who = await who_is(house, token)
        request.ctx.actor = who.actor.name
    except Unauthorised:
        if signed_in:
            raise
    seed = token or request.cookies.get(FORM_COOKIE) or ""
    desk = Desk(request, house, _language(request), token, who, seed)
    if not seed:
        desk.seed = secrets.token_urlsafe(24)
        desk._set(FORM_COOKIE, desk.seed, max_age=24 * 3600)
    request.ctx.desk = desk
    if request.method == "POST":
        desk.form = Form.of(request)
    return desk


def _language(request: Request) -> str:
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in LANGUAGES:
        return str(kept)
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    return "en" if first.startswith("en") else SOURCE_LANGUAGE
