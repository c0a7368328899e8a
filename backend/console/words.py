"""Codes as people read them: states, roles, commands. Chinese here, English in the translations."""

from __future__ import annotations

from collections.abc import Mapping

from backend.console.record_words import (
    ACCOUNT_COMMANDS as ACCOUNT_COMMANDS,
)
from backend.console.record_words import (
    ACCOUNT_FIELDS as ACCOUNT_FIELDS,
)
from backend.console.record_words import (
    LOOKS as LOOKS,
)
from backend.console.record_words import (
    REFUSALS as REFUSALS,
)
from backend.console.record_words import (
    SETTING_COMMANDS as SETTING_COMMANDS,
)
from backend.console.record_words import (
    SETTING_FIELDS as SETTING_FIELDS,
)
from backend.console.talk_words import (
    TALK_AUTHORS as TALK_AUTHORS,
)
from backend.console.talk_words import (
    TALK_CHANNELS as TALK_CHANNELS,
)
from backend.console.talk_words import (
    TALK_COMMANDS as TALK_COMMANDS,
)
from backend.console.talk_words import (
    TALK_OUTCOMES as TALK_OUTCOMES,
)
from backend.console.talk_words import (
    TALK_REASONS as TALK_REASONS,
)
from backend.console.talk_words import (
    TALK_STATES as TALK_STATES,
)
from backend.console.talk_words import (
    TALK_TONES as TALK_TONES,
)
from backend.locale.text import T, Text

ROLES: Mapping[str, Text] = {
    "window": T("窗口"),
    "reviewer": T("预审"),
    "officer": T("部门经办"),
    "finance": T("财政"),
    "county_supervisor": T("县级督办"),
    "provincial_supervisor": T("省级督办"),
    "armed_forces": T("人民武装部"),
    "auditor": T("审计"),
    "administrator": T("管理员"),
}
CASE_STATES: Mapping[str, Text] = {
    "submitted": T("等预审"),
    "correction_requested": T("等更正"),
    "accepted": T("等交原件"),
    "rejected": T("没有通过"),
    "receiving": T("原件已收"),
    "in_progress": T("办理中"),
    "completed": T("全部办结"),
    "withdrawn": T("已撤回"),
}
#: state → how it looks: quiet, busy, wait, good, bad.
CASE_TONES: Mapping[str, str] = {
    "submitted": "busy",
    "correction_requested": "wait",
    "accepted": "wait",
    "rejected": "bad",
    "receiving": "busy",
    "in_progress": "busy",
    "completed": "good",
    "withdrawn": "quiet",
}
TASK_STATES: Mapping[str, Text] = {
    "not_started": T("还没有开始"),
    "waiting_papers": T("等材料"),
    "dispatched": T("已派出"),
    "received": T("办理中"),
    "waiting_funds": T("等资金到账"),
    "waiting_approval": T("等组织审批"),
    "waiting_veteran": T("等本人"),
    "done": T("已办结"),
    "moved_offline": T("转线下"),
    "declined": T("不予办理"),
    "returned": T("已退回"),
}
TASK_TONES: Mapping[str, str] = {
    "not_started": "quiet",
    "waiting_papers": "wait",
    "dispatched": "busy",
    "received": "busy",
    "waiting_funds": "wait",
    "waiting_approval": "wait",
    "waiting_veteran": "wait",
    "done": "good",
    "moved_offline": "wait",
    "declined": "bad",
    "returned": "bad",
}
#: What a department reports; `waiting` is three of them in one form.
REPORTS: Mapping[str, Text] = {
    "received": T("收下"),
    "funds_verified": T("资金已核实"),
    "approved": T("组织已审批"),
    "waiting": T("要等"),
    "paper_needed": T("还缺一份材料"),
    "done": T("办结"),
    "moved_offline": T("转线下办"),
    "declined": T("不予办理"),
    "returned": T("退回，不归我们办"),
    "form_delivered": T("《入党志愿书》已转到"),
    "ready": T("做好了，可以领取"),
    "mailed": T("已寄出"),
    "collected": T("本人已领走"),
    "delivered": T("已送到"),
    "came_back": T("邮件被退回"),
}
COMMANDS: Mapping[str, Text] = {
    **REPORTS,
    "submit": T("提交申请"),
    "record_archive": T("登记档案收到"),
    "request_correction": T("要求更正"),
    "ask_again": T("要求补正"),
    "correct": T("更正完毕"),
    "accept": T("通过预审"),
    "reject": T("预审不通过"),
    "receive_originals": T("收到原件"),
    "differ": T("原件不一致，退回更正"),
    "check_in": T("确认报到，派发事项"),
    "assist": T("窗口帮忙填写"),
    "change_matters": T("增减事项"),
    "transfer": T("转到别的县（市、区）"),
    "change_mobile": T("更换手机号"),
    "withdraw": T("撤回申请"),
    "bring_papers": T("补齐材料"),
    "complete": T("全部办结"),
    "print": T("打印表单"),
    "look_at_voucher": T("查看电子凭证"),
    "upload_voucher": T("上传电子凭证"),
    "accept_voucher": T("凭证相符"),
    "delete_voucher": T("删除电子凭证"),
    "wait_for_papers": T("事项等材料"),
    "dispatch": T("派发事项"),
    "receive": T("部门收到"),
    "reveal": T("查看完整信息"),
    "resume": T("继续办理"),
    "finish": T("办结"),
    "begin": T("开始办理"),
    "taken": T("部门系统收到"),
    "lay_in_inbox": T("放进部门待办"),
    "push_failing": T("部门系统连不上"),
    "supplied": T("本人已补来"),
    "waiting_funds": T("要等资金到账"),
    "waiting_approval": T("要等组织审批"),
    "waiting_veteran": T("要等本人"),
    "decline": T("不再办理"),
    "exempt": T("停机免责"),
    "export_roster": T("导出名册"),
    "hand_over_roster": T("移交名册"),
    "type_units": T("填写服役单位"),
    "show_units": T("看了服役单位"),
    "book_appointment": T("预约"),
    "cancel_appointment": T("取消预约"),
    "refer_training": T("转给培训"),
    "contact_training": T("联系培训"),
    "recount": T("工作日有变，时限重算"),
}
DELIVERY_STATES: Mapping[str, Text] = {
    "to_prepare": T("在制作"),
    "to_collect": T("等领取"),
    "collected": T("已领走"),
    "mailed": T("在路上"),
    "delivered": T("已送到"),
    "came_back": T("被退回"),
}
DELIVERY_TONES: Mapping[str, str] = {
    "to_prepare": "busy",
    "to_collect": "wait",
    "collected": "good",
    "mailed": "busy",
    "delivered": "good",
    "came_back": "bad",
}
NOTICE_CHANNELS: Mapping[str, Text] = {"chat": T("对话"), "sms": T("短信")}
NOTICE_STATES: Mapping[str, Text] = {
    "said": T("已说"),
    "queued": T("已交发送"),
    "no_chat": T("对话已删除"),
    "not_wanted": T("本人不收提醒"),
}
#: What staff did with a draft; how the veteran consented, how it was gone through with them.
ASSIST_STEPS: Mapping[str, Text] = {
    "open": T("新开一份"),
    "go_on": T("核对证件，接着填"),
    "consent": T("记下本人同意"),
    "fill": T("填写"),
    "link": T("出二维码，转到手机"),
    "give_back": T("请本人接着填"),
    "submit": T("替本人提交"),
}
CONSENTED: Mapping[str, Text] = {
    "said": T("当面说同意"),
    "read": T("自己看了屏幕，点头同意"),
    "signed": T("在纸上签了字"),
    "chat": T("本人在对话里同意"),
}
CHECKED: Mapping[str, Text] = {"read_out": T("逐项念给本人听，本人说对"), "seen": T("本人自己看了，说对")}
VOUCHER_STATES: Mapping[str, Text] = {"uploaded": T("待核对"), "accepted": T("相符"), "refused": T("要重传")}
VOUCHER_TONES: Mapping[str, str] = {"uploaded": "busy", "accepted": "good", "refused": "bad"}
#: What is delivered, by topic of the outbox.
TOPICS: Mapping[str, Text] = {
    "task.push": T("推送给部门的事项"),
    "system.push": T("推送给外部系统的消息"),
    "sms.send": T("短信"),
    "mail.send": T("邮件"),
    "wechat.send": T("微信消息"),
    "wechat.picture": T("微信图片"),
    "veteran.remind": T("给退役士兵的提醒"),
    "appointment.remind": T("预约提醒"),
    "rasa.forget": T("删除对话记录"),
    "takeover.unread": T("提醒本人看回复"),
}
PAYMENT_STATES: Mapping[str, Text] = {
    "listed": T("等银行"),
    "paid": T("已付"),
    "account_closed": T("账户已销户"),
    "name_mismatch": T("户名不符"),
    "failed": T("没有付成"),
}
PAYMENT_TONES: Mapping[str, str] = {
    "listed": "busy",
    "paid": "good",
    "account_closed": "bad",
    "name_mismatch": "bad",
    "failed": "bad",
}
LANGUAGE_NAMES: Mapping[str, str] = {"zh_Hans_CN": "中文", "en": "English"}

#: How the record begins the name of whoever acted → who that is.
ACTORS: Mapping[str, Text] = {
    "veteran": T("本人"),
    "system": T("系统"),
    "unit": T("部门系统"),
}


def actor(name: str) -> Text:
    """Who acted, as people read it; a member of staff by the account's name."""
    kind, _, whom = name.partition(":")
    return ACTORS.get(kind) or Text("{name}", {"name": whom or kind})


def named(names: Mapping[str, Text], code: str | None) -> Text:
    """The name of a code; a code that has none yet is shown as it is rather than hidden."""
    return names.get(code or "") or Text("{code}", {"code": code or "—"})
