"""Telling a county's supervisors, once a day, that something of their county's has not left the house for three days.

Whatever it is: a push, a message to an outside system, a text. Which they are stands in the list of stuck deliveries.
"""

from __future__ import annotations

import structlog

from backend.channels.mail import service as mail
from backend.channels.sms import service as sms
from backend.clock import today
from backend.deadlines.sending import NAME
from backend.house import House
from backend.locale.text import T, render
from backend.outbox import repository as outbox
from backend.staff import service as staff

log = structlog.get_logger()

SUPERVISOR = "county_supervisor"


async def tell_of_stuck(house: House) -> int:
    """The worker's chore. Returns how many supervisors were told."""
    # Looking takes no write lock, and there is hardly ever anything stuck.
    async with house.db.reading() as session:
        stuck = await outbox.stuck_by_county(session)
    told = 0
    for county, count in stuck.items():
        text = render(
            T(
                "【{window}】{county}有{count}次投递卡住，没有送到。请登录后在卡住的投递里查看、重发。",
                window=house.catalogue.signature_of(county),
                county=house.catalogue.counties[county].short,
                count=count,
            )
        )
        subject = render(T("{county}：有投递卡住", county=house.catalogue.counties[county].short))
        async with house.db.unit() as unit:
            queued = 0
            for each in await staff.to_reach(unit.session, [SUPERVISOR], county):
                # A text about what is stuck that is stuck itself makes no more of them than one a day.
                key = f"stuck:{county}:{today():%Y%m%d}:staff:{each.username}"
                if each.contact_mobile is not None:
                    queued += await sms.queue_text(unit, each.contact_mobile, text, key, county=county) is not None
                if each.contact_mail is not None:
                    queued += await mail.queue(unit, house, each.contact_mail, subject, f"{text}\n", render(NAME), key, county)
            if queued:
                await unit.commit()
                log.warning("deliveries are stuck", county=county, count=count)
        told += queued
    return told
