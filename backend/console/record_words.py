"""What the console calls the codes of its records: of accounts, looks, refusals, settings."""

from __future__ import annotations

from collections.abc import Mapping

from backend.locale.text import T, Text

ACCOUNT_COMMANDS: Mapping[str, Text] = {
    "create": T("建立账号"),
    "change": T("修改账号"),
    "open": T("启用账号"),
    "close": T("停用账号"),
    "reset_password": T("重设密码"),
    "choose_password": T("自己设了新密码"),
    "set_up_second_factor": T("绑定验证器"),
    "use_recovery_code": T("用了一个恢复码"),
    "new_recovery_codes": T("换了恢复码"),
    "reset_second_factor": T("解除验证器"),
    "sign_out": T("在所有设备上退出"),
}
ACCOUNT_FIELDS: Mapping[str, Text] = {
    "display_name": T("姓名"),
    "roles": T("角色"),
    "counties": T("县（市、区）"),
    "department": T("部门"),
}
#: What staff looked at, as the record of looks names it.
LOOKS: Mapping[str, Text] = {
    "case": T("看了申请"),
    "reveal": T("看了完整信息"),
    "conversation": T("看了对话"),
    "training": T("看了培训联系方式"),
    "payment_list": T("导出了发放名单"),
}
#: Why something was refused; a code that stands nowhere here is shown as it is.
REFUSALS: Mapping[str, Text] = {
    "wrong_role": T("角色不对"),
    "wrong_county": T("别的县的"),
    "not_signed_in": T("没有登录"),
    "no_application": T("没有这件申请，或者不归他办"),
    "no_task": T("没有这项任务，或者不归他办"),
    "no_unit": T("没有这个单位，或者不归他管"),
    "bad_signature": T("签名不对"),
    "not_allowed": T("这时候还不能做"),
    "stale": T("别人刚改过"),
    "invalid": T("填得不对"),
    "no_reason": T("没有写原因"),
    "form_token": T("页面放得太久"),
    "program": T("账号是给程序用的"),
    "no_page": T("没有这一页"),
}
#: What was done to how the service is set up.
SETTING_COMMANDS: Mapping[str, Text] = {
    "add_unit": T("登记单位"),
    "change_unit": T("修改单位"),
    "make_default": T("设为默认单位"),
    "retire_unit": T("撤下单位"),
    "rotate_secret": T("换了密钥"),
    "set_contact": T("改了提醒的去处"),
    "simulate_on": T("改由模拟的部门办"),
    "simulate_off": T("不再由模拟的部门办"),
    "set_link": T("改了外部系统的连法"),
    "add_reply": T("新增常用语"),
    "change_reply": T("修改常用语"),
    "delete_reply": T("删除常用语"),
    "set_text": T("换了文字"),
    "use_file": T("恢复为程序自带的文字"),
    "export_audit": T("导出审计记录"),
}
SETTING_FIELDS: Mapping[str, Text] = {
    "name": T("名称"),
    "endpoint": T("推送地址"),
    "areas": T("管的乡镇街道"),
    "grace_hours": T("旧密钥还能用的小时数"),
    "title": T("标题"),
    "text": T("内容"),
    "rows": T("行数"),
    "way": T("怎么连"),
}
