"""How all parts do, and the data files that are read at start, with what a check of them says."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.administration import health
from backend.clock import now
from backend.console.desk import Desk
from backend.console.routes import page
from backend.console.settings import ADMINISTRATOR, HOME
from backend.locale.text import T

#: What each topic of the outbox is called.
TOPICS = {
    "task.push": T("推送任务给部门"),
    "system.push": T("发给外部系统"),
    "sms.send": T("短信"),
    "wechat.send": T("微信"),
    "wechat.picture": T("微信图片"),
    "mail.send": T("邮件"),
    "appointment.remind": T("预约提醒"),
    "veteran.remind": T("提醒本人"),
    "rasa.forget": T("清除对话线索"),
    "takeover.unread": T("没读到的回复"),
}


@page("/settings/health", *ADMINISTRATOR)
async def show(desk: Desk) -> HTTPResponse:
    """The page; `check` reads the data files anew, as the next start would."""
    house = desk.house
    found = await health.look(house)
    checked = await health.check_files(house) if desk.asked("check") else None
    return desk.page(
        "settings/health.html",
        health=found,
        now=now(),
        topics=TOPICS,
        system_name=health.system_name,
        files=health.data_files(house),
        directory=house.settings.catalogue_dir,
        version=house.overrides.files.version,
        checked=checked,
        provider=house.settings.sms_provider,
        mail=house.mail is not None,
        wechat=house.wechat is not None,
        place=f"{HOME}/health",
    )
