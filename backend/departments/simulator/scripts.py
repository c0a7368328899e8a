"""How each department of the demonstration plays its part: what it reports of a task, in order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Report = dict[str, Any]


@dataclass(frozen=True)
class Outside:
    """What outside systems say or do.

    found       in the population database; None: it was not asked
    posted      the post brings what is mailed · registers: 智慧团建 confirms 团员报到 itself
    """

    found: bool | None = None
    posted: bool = False
    registers: bool = False


#: A name with these words is not found in the population database of the demonstration. # notice 三(五)
NOT_FOUND = "查无"
#: An example address and number, visibly so.
CARRIER, TRACKING_NUMBER = "示例快递", "示例单号{task}"

RECEIVED: Report = {"result": "received"}
WAITING_FUNDS: Report = {"result": "waiting", "waiting_for": "funds"}
WAITING_APPROVAL: Report = {"result": "waiting", "waiting_for": "approval"}
FUNDS: Report = {"result": "funds_verified"}
APPROVED: Report = {"result": "approved"}
DONE: Report = {"result": "done"}

PLAIN = (RECEIVED, DONE)
AFTER_FUNDS = (RECEIVED, WAITING_FUNDS, FUNDS, DONE)
#: The copy of 《入党志愿书》 comes to the organisation before it approves. # notice 三(十)
PARTY = (RECEIVED, WAITING_APPROVAL, {"result": "form_delivered"}, APPROVED, DONE)
#: The veteran fills in 智慧团建 first; where that does not confirm it, the simulator supposes that it happened. # notice 三(十)
LEAGUE = (
    RECEIVED,
    {"result": "waiting", "waiting_for": "veteran", "reason": "请登录福建“智慧团建”填好信息，完成团员报到"},
    RECEIVED,
    WAITING_APPROVAL,
    APPROVED,
    DONE,
)
#: Matters that are played otherwise than PLAIN, besides party_league.
OF_MATTER: Mapping[str, tuple[Report, ...]] = {
    "local_subsidy": AFTER_FUNDS,
    "pension_transfer": AFTER_FUNDS,
    "annuity_transfer": AFTER_FUNDS,
}
PRODUCT_OF = {"household_restoration": "booklet", "social_card": "card"}


NOTHING_OUTSIDE = Outside()


def reports(push: Mapping[str, Any], outside: Outside = NOTHING_OUTSIDE) -> list[Report]:
    """Everything that is reported of a pushed task, without ids and times."""
    matter, applicant = push["matter"], push["applicant"]
    if matter == "party_league":
        if push.get("path") != "league":
            return list(PARTY)
        supposed = LEAGUE.index(RECEIVED, 1)
        return [report for place, report in enumerate(LEAGUE) if place != supposed or not outside.registers]
    not_found = NOT_FOUND in applicant.get("name", "") if outside.found is None else not outside.found
    if matter == "household_restoration" and not_found:
        return [RECEIVED, {"result": "moved_offline", "reason": "公安人口信息库里没有查到登记信息"}]
    played = list(OF_MATTER.get(matter, PLAIN))
    product = PRODUCT_OF.get(matter)
    if product is None:
        return played
    if applicant.get(f"{product}_delivery") == "mail" and outside.posted:
        return [*played, {"result": "ready"}]
    if applicant.get(f"{product}_delivery") == "mail":
        number = TRACKING_NUMBER.format(task=push["task"][-4:])
        return [*played, {"result": "mailed", "carrier": CARRIER, "tracking_number": number}, {"result": "delivered"}]
    return [*played, {"result": "ready"}, {"result": "collected"}]
