"""What the fake backend says: one body of every kind that the page can show, as a veteran meets them."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def choice(number: str, label: str, value: str = "", intent: str = "choose", checked: bool = False) -> Body:
    """One thing to press, as backend/conversations/messages.py writes it."""
    return {"id": number, "label": label, "intent": intent, "value": value, **({"checked": True} if checked else {})}


def row(title: str, detail: str = "", lines: tuple[str, ...] = (), state: str = "", press: str = "", material: int = 0) -> Body:
    """One line of a card."""
    more = {**({"choice": press} if press else {}), **({"material": material} if material else {})}
    return {"title": title, "detail": detail, "lines": list(lines), "state": state, **more}


OPENING: Body = {
    "text": "你好，欢迎回家。我是“退役一件事”助手（程序，不是真人），可以帮你一次办好退役后的手续。\n"
    "办理时我会记下我们的对话和你填的资料，只用于这次办理，加密保存，你随时可以要求删除。\n同意后我们开始？",
    "choices": [
        choice("1", "同意，开始", "consent=yes"),
        choice("2", "先了解一下", "consent=more"),
        choice("3", "不同意", "consent=no"),
    ],
    "several": False,
}

_MATTERS = (
    ("1", "退役报到（必办）", "退役士兵退役报到", "所有人都要办，到窗口时一起完成。", True),
    ("2", "培训调研（自愿）", "自主就业退役士兵教育培训需求调研", "自主就业的可以填，填了好安排培训。", False),
    ("3", "地方经济补助", "自主就业退役士兵地方经济补助申请", "你是自主就业，可以申请。", True),
    ("4", "恢复户口", "退役士兵恢复户口登记", "入伍时注销了户口的都要恢复。", True),
    ("5", "养老参保登记（自愿）", "灵活就业人员养老保险参保登记", "打算灵活就业的可以办。", False),
    ("10", "社保卡", "社会保障卡申领", "医保、养老都用这张卡。", True),
)
MATTERS: Body = {
    "text": "想办哪些？勾着的是按你的情况选好的，“自愿”的要办就勾上。\n也可以回数字，比如“1、3、10”，或者说“全部”“除了5都要”。",
    "choices": [choice(number, f"{number} {label}", f"matters={number}", checked=on) for number, label, _, _, on in _MATTERS],
    "several": True,
    "card": {
        "kind": "notice",
        "title": "可以办的事项",
        "rows": [row(f"{number} {name}", lines=(why,)) for number, _, name, why, _ in _MATTERS],
    },
}

_PAPERS = (
    ("1", "退出现役证件", "原件", "证明你已经退出现役，报到和预审都要核对。", "部队，退役时发给你", "①退役报到"),
    ("2", "退出现役行政介绍信", "原件", "部队介绍你到安置地报到，报到和预审都要核对。", "部队，退役时开给你", "①退役报到"),
    ("4", "申请人身份证", "原件", "核对是你本人。", "公安派出所", "①退役报到、④恢复户口、⑩社保卡"),
    ("7", "落户方《居民户口簿》或者产权证明", "原件（两样有一样就行）", "证明户口落在哪里。", "落户方家里", "④恢复户口"),
    ("12", "一寸白底免冠照片", "原件", "登记表和社保卡上要用。", "照相馆", "①退役报到、⑩社保卡"),
)
CHECKLIST: Body = {
    "text": "你这次要带5样，5样要原件。\n哪样现在还没有？勾上或者回数字；都齐了就说“齐了”。",
    "card": {
        "kind": "checklist",
        "title": "你的材料清单",
        "rows": [
            row(
                f"{number} {name}",
                form,
                (f"为什么要：{why}", f"谁开的：{issuer}", f"哪项用：{used}"),
                "lacking" if number == "7" else "",
                material=int(number),
            )
            for number, name, form, why, issuer, used in _PAPERS
        ],
    },
    "choices": [
        *(choice(number, f"{number} {name}", f"papers_lacking={number}") for number, name, *_ in _PAPERS),
        choice("n", "都齐了", "papers_lacking=none"),
    ],
    "several": True,
}

_REVIEW = (
    ("姓名", "林*"),
    ("身份证号", "3501**********1234"),
    ("手机号", "138****1234"),
    ("安置地", "福州市鼓楼区"),
    ("办理事项", "①退役报到、③地方经济补助、④恢复户口、⑩社保卡"),
    ("收补助的银行卡", "尾号5702"),
    ("户口簿领取方式", "邮寄（邮费自付）"),
    ("家庭住址", "福建省福州市鼓楼区示例街道示例路1号示例小区2幢301室"),
)
REVIEW: Body = {
    "text": "都在这里了，请核对一下。没问题就提交；要改哪项直接说，比如“改手机号”。（第7步，共7步）",
    "choices": [
        choice("1", "提交", "review=submit"),
        choice("2", "先存着", "review=save"),
        *(choice(str(place), "修改", f"edit={label}") for place, (label, _) in enumerate(_REVIEW, 3)),
    ],
    "several": False,
    "card": {
        "kind": "review",
        "title": "请核对",
        "rows": [
            row(label, value, ("县里说：门牌号和户口簿不一样",) if label == "家庭住址" else (), press=str(place))
            for place, (label, value) in enumerate(_REVIEW, 3)
        ],
    },
}

PROGRESS: Body = {
    "text": "编号TY-3501-26-000123，5项里办好1项，还有4项。\n不用跑腿，有结果我会发消息和短信。",
    "card": {
        "kind": "progress",
        "title": "办理进度",
        "rows": [
            row("①退役报到", "办好了", ("从11月20日 09:12开始",), "done"),
            row(
                "④恢复户口",
                "正在办",
                ("鼓楼区示例派出所（示例）在办", "从11月24日 08:40开始", "最晚11月25日 12:00办好"),
                "open",
            ),
            row("⑩社保卡", "正在办", ("从11月18日 10:05开始", "已经过了11月21日 12:00的期限，可以找工作人员催办"), "overdue"),
            row("③地方经济补助", "等资金到账", ("从11月12日 15:30开始", "已等12天", "钱到了会通知你，不用做什么"), "waiting"),
            row("⑪组织关系", "等你", ("请到福建“智慧团建”填资料，填好回一句“填好了”",), "waiting"),
        ],
    },
    "choices": [choice("1", "看材料清单", intent="ask_papers"), choice("2", "找工作人员", intent="handoff")],
    "several": False,
}

NOTICE: Body = {
    "text": "审核通过了，请带上材料到窗口。",
    "card": {
        "kind": "notice",
        "title": "到窗口去",
        "rows": [
            row("鼓楼区退役军人服务中心综合窗口（示例）", lines=("示例街道示例路1号（示例地址）", "08:00–12:00、14:30–17:30")),
            row("带上材料", "5样"),
        ],
    },
}

DELIVERY: Body = {
    "text": "户口簿办好后，你自己来取，还是邮寄到家？（第6步，共7步）",
    "choices": [
        choice("1", "自取", "booklet_delivery=collect"),
        choice("2", "邮寄（邮费自付）", "booklet_delivery=mail"),
    ],
    "several": False,
}

#: Bodies by what is typed; anything else is answered with itself.
ANSWERS: dict[str, list[Body]] = {
    "事项": [MATTERS],
    "1和4": [{"text": "好，办2项：①退役报到、④恢复户口。", "chosen": ["matters=1", "matters=4"]}],
    "材料清单": [CHECKLIST],
    "核对": [REVIEW],
    "进度": [PROGRESS],
    "通知": [NOTICE],
    "领取": [DELIVERY],
    "邮寄要钱不": [{"text": "要，邮费由你自己付，快递员上门时结。（依据：通知三（五））"}, DELIVERY],
}
