"""What the benchmark says: one whole application, and the turns of a long conversation. The same words to both sides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

#: One application in order, a message a turn. Figures are made up and pass their check digits only.
APPLICATION = (
    "我要办理",
    "同意",
    "同意",
    "今年9月",
    "福州鼓楼",
    "义务兵",
    "是自主就业",
    "是集中移交",
    "户口在当地",
    "团员",
    "1、2、3、4、10",
    "不用办新身份证",
    "都齐了",
    "林小明",
    "350102200601150018",
    "2024年9月",
    "福建省福州市闽侯县",
    "退字第1234号",
    "大专",
    "福州市鼓楼区",
    "鼓楼区示例街道示例路1号",
    "13800138000",
    "6222020000000000000",
    "农行",
    "自取",
    "自取",
)

#: Said over and over once the application waits for its review: questions, a change, what cannot be understood.
LONG_TALK = (
    "邮寄要钱不",
    "多久能办好",
    "要带什么材料",
    "社保卡怎么激活",
    "换成农行",
    "补助什么时候发",
    "窗口在哪",
    "今天天气怎么样",
    "谢谢",
    "户口簿怎么拿",
)


def long_talk(turns: int) -> Iterator[str]:
    """That many messages."""
    return islice(cycle(LONG_TALK), turns)
