"""Signatures after the Standard Webhooks form: right ones pass, all else is no proof, and never an error of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook

from backend.departments import signing
from backend.departments.model import DepartmentUnit
from backend.errors import Unauthorised

BODY = '{"task":"t_1"}'


def test_what_we_sign_the_packages_own_verifier_accepts() -> None:
    secret = signing.new_secret()
    headers = signing.sign([secret], "evt_1", BODY)
    assert Webhook(secret).verify(BODY, headers) == {"task": "t_1"}
    assert signing.verify([secret], headers, BODY.encode()) == "evt_1"


def test_header_names_are_read_in_any_case() -> None:
    secret = signing.new_secret()
    headers = {name.title(): value for name, value in signing.sign([secret], "evt_1", BODY).items()}
    assert signing.verify([secret], headers, BODY.encode()) == "evt_1"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_too_old_and_too_new_are_refused(minutes: int) -> None:
    secret = signing.new_secret()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        headers = signing.sign([secret], "evt_1", BODY)
    with pytest.raises(Unauthorised):
        signing.verify([secret], headers, BODY.encode())


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": None},
        {"webhook-id": None},
        {"webhook-timestamp": None},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,???"},
        {"webhook-signature": "v1,aGVsbG8="},
        {"webhook-signature": "v1,a,b"},
        {"webhook-signature": "v1,密"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "inf"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "1e400"},
        {"webhook-id": "evt_2"},
        {"webhook-id": "x" * 1000},
    ],
)
def test_malformed_or_changed_headers_are_no_proof(change: dict[str, str | None]) -> None:
    secret = signing.new_secret()
    headers = {**signing.sign([secret], "evt_1", BODY), **change}
    given = {name: value for name, value in headers.items() if value is not None}
    with pytest.raises(Unauthorised):
        signing.verify([secret], given, BODY.encode())


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", BODY.replace("1", "2").encode()])
def test_a_changed_body_is_no_proof(body: bytes) -> None:
    secret = signing.new_secret()
    with pytest.raises(Unauthorised):
        signing.verify([secret], signing.sign([secret], "evt_1", BODY), body)


def test_a_secret_is_replaced_without_a_gap() -> None:
    unit = DepartmentUnit(id="u_1", secret=signing.new_secret())
    old = unit.secret
    new = signing.rotate(unit, timedelta(hours=1))
    assert signing.good_secrets(unit) == [new, old]
    for secret in (old, new):
        assert signing.verify(signing.good_secrets(unit), signing.sign([secret], "e", BODY), BODY.encode()) == "e"
    ours = signing.sign(signing.good_secrets(unit), "e", BODY)
    assert Webhook(old).verify(BODY, ours) and Webhook(new).verify(BODY, ours)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        assert signing.good_secrets(unit) == [new]
        with pytest.raises(Unauthorised):
            signing.verify(signing.good_secrets(unit), signing.sign([old], "e", BODY), BODY.encode())
