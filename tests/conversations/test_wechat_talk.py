"""A conversation over WeChat through the whole service: the real XML, encrypted, to the real endpoint, Rasa and the worker."""

from __future__ import annotations

import yaml

from tests.support.conversing import FOLDER, expanded
from tests.support.stack import Stack
from tests.support.wechat_veteran import WeChatConversation, WeChatVeteran


async def test_a_veteran_applies_on_wechat_from_consent_to_submission(stack: Stack) -> None:
    script = yaml.safe_load((FOLDER / "wechat" / "consent_to_submit.yml").read_text("utf-8"))
    phone = WeChatVeteran(stack, "applies")
    conversation = WeChatConversation(stack, phone)
    for step in expanded(script["steps"]):
        await conversation.take(step)
    await phone.http.aclose()
    # The office's notice came by itself, not in answer to anything; all else answered its own request or followed it.
    heard = [message["body"] for message in phone.messages]
    assert next(body["how"] for body in heard if "审核通过了" in body["text"]) == "custom"
    assert sum(body["how"] == "passive" for body in heard) > 10


async def test_what_rasa_keeps_holds_no_openid(stack: Stack) -> None:
    phone = WeChatVeteran(stack, "unseen-by-rasa")
    await phone.do("subscribe", "subscribe")
    await phone.do("text", "1")
    await phone.http.aclose()
    for file in [*stack.folder.glob("*.db*"), *stack.folder.glob("*.log")]:
        assert b"unseen-by-rasa" not in file.read_bytes(), file.name
