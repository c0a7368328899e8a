"""Mail to staff over real SMTP: what arrives, what is tried again, what ends, and that nothing leaves in clear unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.channels.mail import service
from backend.channels.mail.message import Mail, compose
from backend.channels.mail.server import MailServer, NotTaken, Refused
from backend.house import House
from backend.outbox import repository
from backend.outbox.model import OutboxAttempt, OutboxRow
from backend.outbox.service import deliver_due
from tests.support.people import COUNTY
from tests.support.smtp_server import HANG_UP, PASSWORD, SENDER, SmtpServer, certificate, smtp_server
from tests.support.source import modules

TO = "office@example.org"
MAIL = Mail(
    TO,
    "鼓楼医保：时限已过半",
    "请办理。\n.\n完。\n",
    "归途提醒（示例窗口）",
    "alert:t_1:half",
    datetime(2026, 11, 23, tzinfo=UTC),
)


@pytest.fixture
async def peer() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as server:
        yield server


async def send(peer: SmtpServer, **changes: object) -> None:
    server = MailServer(peer.settings(**changes))
    try:
        await server.send(MAIL)
    finally:
        server.close()


# --- the message ----------------------------------------------------------------------------------------------------------


async def test_a_mail_arrives_as_it_was_written_from_the_address_of_the_settings(peer: SmtpServer) -> None:
    await send(peer)
    (message,) = peer.messages
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (TO, MAIL.subject, "auto-generated")
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("归途提醒（示例窗口）", SENDER)
    assert message.get_content().replace("\r\n", "\n") == MAIL.text
    assert [line for _, line in peer.heard][:3] == ["ehlo example.org", f"mail FROM:<{SENDER}>", f"rcpt TO:<{TO}>"]


async def test_a_repeat_is_the_same_message_byte_for_byte_and_another_key_has_another_id(peer: SmtpServer) -> None:
    await send(peer)
    await send(peer)
    assert peer.raw[0] == peer.raw[1]
    ids = {compose(mail, SENDER)["Message-ID"] for mail in (MAIL, Mail(TO, "", "", "", "alert:t_2:half", MAIL.at))}
    assert len(ids) == 2 and peer.messages[0]["Message-ID"] in ids


# --- how it is encrypted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_name_and_password_go_under_tls_only(tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    async with smtp_server(tls, files, asks_who=True) as peer:
        await send(peer)
    assert len(peer.messages) == 1
    in_clear = [line for secret, line in peer.heard if not secret]
    assert in_clear == (["ehlo example.org", "STARTTLS"] if tls == "starttls" else [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_certificate_that_is_not_trusted_gets_nothing(tls: str, tmp_path: Path) -> None:
    async with smtp_server(tls, certificate(tmp_path), asks_who=True) as peer:
        with pytest.raises(NotTaken, match=r"(?i)certificate"):
            await send(peer)
    assert not [line for _, line in peer.heard if line.upper().startswith(("AUTH", "MAIL"))]


async def test_a_server_that_offers_no_encryption_gets_nothing_in_clear(peer: SmtpServer) -> None:
    with pytest.raises(NotTaken, match="STARTTLS"):
        await send(peer, tls="starttls", user="guitu", password=PASSWORD)
    assert not [line for _, line in peer.heard if line.upper().startswith(("AUTH", "MAIL"))]


# --- what the server answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "BODY"])
async def test_a_refusal_from_500_on_is_for_ever_and_below_it_for_now(peer: SmtpServer, verb: str) -> None:
    peer.says[verb] = f"550 5.1.1 <{TO}>: nobody here"
    with pytest.raises(Refused, match=r"550 5\.1\.1 <‹address›>: nobody here") as refused:
        await send(peer)
    assert TO not in str(refused.value)
    peer.says[verb] = "451 4.3.0 try later"
    with pytest.raises(NotTaken, match="451"):
        await send(peer)
    peer.says[verb] = "421 4.3.2 going down"
    with pytest.raises(NotTaken, match="421"):
        await send(peer)
    assert peer.messages == []


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY"])
async def test_a_connection_that_breaks_is_tried_again(peer: SmtpServer, verb: str) -> None:
    peer.says[verb] = HANG_UP
    with pytest.raises(NotTaken):
        await send(peer)


async def test_a_server_that_will_not_speak_with_us_refuses_no_mail(peer: SmtpServer) -> None:
    peer.says["CONNECT"] = "554 5.7.1 no service"
    with pytest.raises(NotTaken, match="554"):
        await send(peer)
    with pytest.raises(NotTaken):
        await send(peer, port=9)


async def test_a_wrong_password_is_tried_again_and_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    async with smtp_server("starttls", files, asks_who=True) as peer:
        with pytest.raises(NotTaken, match="535") as told:
            await send(peer, password="not-the-password")
    assert "not-the-password" not in str(told.value)


async def test_what_the_server_has_taken_is_sent_however_the_connection_ends(peer: SmtpServer) -> None:
    peer.says["QUIT"] = HANG_UP
    await send(peer)
    assert len(peer.messages) == 1


# --- through the outbox ---------------------------------------------------------------------------------------------------


async def put(house: House, key: str = "k") -> bool:
    async with house.db.unit() as unit:
        new = await service.queue(unit, house, TO, "示例", "示例\n", "示例窗口", key, COUNTY)
        await unit.commit()
    return new


async def rows(house: House) -> list[tuple[OutboxRow, list[OutboxAttempt]]]:
    async with house.db.reading() as session:
        found = await session.scalars(select(OutboxRow).where(OutboxRow.topic == service.TOPIC).order_by(OutboxRow.id))
        return [(row, list(await repository.attempts_of(session, row.id))) for row in found.all()]


async def test_a_mail_leaves_by_the_outbox_once(house: House, peer: SmtpServer) -> None:
    house.mail = MailServer(peer.settings())
    assert await put(house) is True
    assert await put(house) is False
    assert peer.messages == []
    await deliver_due(house, {service.TOPIC: service.deliver})
    await deliver_due(house, {service.TOPIC: service.deliver})
    assert [message["Subject"] for message in peer.messages] == ["示例"]
    ((row, _),) = await rows(house)
    assert (row.state, row.county) == ("done", COUNTY)


async def test_a_mail_that_is_not_taken_now_waits_and_one_that_is_refused_is_stuck_at_once(
    house: House, peer: SmtpServer
) -> None:
    house.mail = MailServer(peer.settings())
    await put(house)
    peer.says["RCPT"] = "450 4.2.1 mailbox busy"
    await deliver_due(house, {service.TOPIC: service.deliver})
    ((row, attempts),) = await rows(house)
    assert row.state == "waiting" and "450 4.2.1 mailbox busy" in str(attempts[0].error)
    peer.says["RCPT"] = f"550 5.1.1 <{TO}> 13800138000 unknown"
    await put(house, "other")
    await deliver_due(house, {service.TOPIC: service.deliver})
    (_, (row, attempts)) = await rows(house)
    error = str(attempts[0].error)
    assert row.state == "stuck" and "550" in error and TO not in error and "13800138000" not in error


async def test_while_mail_is_off_none_is_queued_and_what_waits_goes_on_waiting(house: House, peer: SmtpServer) -> None:
    assert house.mail is None and await put(house) is False and await rows(house) == []
    house.mail = MailServer(peer.settings())
    await put(house)
    house.mail = None
    await deliver_due(house, {service.TOPIC: service.deliver})
    ((row, attempts),) = await rows(house)
    assert row.state == "waiting" and "GUITU_MAIL_HOST" in str(attempts[0].error)


def test_only_alerts_to_staff_are_mailed() -> None:
    wanted = "backend.channels.mail.service"
    users = {module.name for module in modules("backend") if wanted in module.imports}
    assert users == {"backend.deadlines.sending", "backend.deadlines.stuck", "backend.outbox.commands"}
