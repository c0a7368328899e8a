"""Help at the window in a real browser: a veteran from nothing to submitted; to a phone by a QR code's link, and back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from backend.applications import service as applications
from tests.browser.test_console import NARROW, WIDE, Office, at_desk, office
from tests.browser.test_page_access import violations
from tests.support.people import answers

pytestmark = pytest.mark.asyncio(loop_scope="session")
__all__ = ["office"]


async def clean(page: Page) -> list[str]:
    """What axe finds on the page as it is, in both schemes and widths, and whether it scrolls sideways."""
    found: list[str] = []
    for size in (WIDE, NARROW):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{page.url} {scheme}: {each}" for each in await violations(page)]
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url}: scrolls sideways")
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme="light")
    return found


async def begin(page: Page, url: str) -> list[str]:
    """A new draft with the veteran's consent; returns what axe finds on the way."""
    await page.goto(f"{url}/console/assist")
    found = await clean(page)
    await page.get_by_role("button", name="新开一份").click()
    await expect(page.get_by_role("heading", name="先要本人同意")).to_be_visible()
    found += await clean(page)
    for box in await page.get_by_role("checkbox").all():
        await box.check()
    await page.get_by_role("button", name="记下同意，开始填").click()
    await expect(page.get_by_role("heading", name="替本人填写")).to_be_visible()
    return found


async def type_in(page: Page, given: dict[str, Any]) -> None:
    """Fill in what the form shows of `given`."""
    for name, value in given.items():
        words = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        fields = page.locator(f"[name='q-{name}']")
        if not await fields.count():
            continue
        kind = await fields.first.evaluate("one => one.type")
        if kind == "radio":
            await page.locator(f"[name='q-{name}'][value='{words}']").check()
        elif kind == "checkbox":
            wanted = [str(each) for each in words] or ["none"]
            for box in await fields.all():
                if await box.is_enabled():
                    await box.set_checked(await box.get_attribute("value") in wanted)
        elif kind == "select-one":
            await fields.select_option(str(words))
        elif words == "county":
            await page.locator(f"[name='pick-{name}']").check()
        else:
            await fields.fill(str(words))


async def save(page: Page) -> None:
    """Press save and wait for the page that follows."""
    async with page.expect_navigation():
        await page.get_by_role("button", name="存下来", exact=True).click()


async def test_a_veteran_without_a_phone_is_helped_from_nothing_to_submitted(browser: Browser, office: Office) -> None:
    given = answers(matters=["report_in", "household_restoration", "social_card"], name="高示例")
    async with at_desk(browser, office.url, "chen") as page:
        found = await begin(page, office.url)
        await type_in(page, {**given, "id_number": "350102200601150019"})
        await save(page)
        await expect(page.get_by_role("alert").first).to_contain_text("身份证号校验没通过")
        found += await clean(page)
        for _ in range(4):
            await type_in(page, given)
            await save(page)
        await page.get_by_role("link", name="核对并提交").click()
        await expect(page.get_by_text("高**")).to_be_visible()
        found += await clean(page)
        await page.get_by_role("radio", name="逐项念给本人听").check()
        await page.get_by_role("button", name="替本人提交").click()
        await expect(page.get_by_role("status")).to_contain_text("提交好了")
        async with office.house.db.reading() as session:
            filed = await applications.latest_for_mobile(session, office.house, given["mobile"])
        assert filed is not None and set(filed.matters) == set(given["matters"])
        await page.goto(f"{office.url}/console/cases/{filed.number}")
        await expect(page.get_by_text("窗口帮忙填写")).to_be_visible()
        await page.get_by_role("link", name="看对话").click()
        await expect(page.locator("#talk")).to_contain_text("提交好了")
        found += await clean(page)
        await page.goto(f"{office.url}/console/intake/{filed.number}/matters")
        found += await clean(page)
    assert not found, "\n".join(found)


async def test_a_draft_goes_to_the_phone_by_its_link_and_is_found_again_by_its_code(browser: Browser, office: Office) -> None:
    phone = await browser.new_context(viewport=NARROW, locale="zh-CN")  # type: ignore[arg-type]
    theirs = await phone.new_page()
    async with at_desk(browser, office.url, "chen") as page:
        await begin(page, office.url)
        await type_in(page, {"name": "何示例", "county": "350102", "discharge_month": answers()["discharge_month"]})
        await save(page)
        await page.get_by_role("button", name="出二维码").click()
        await expect(page.get_by_role("heading", name="请本人用自己的手机扫")).to_be_visible()
        found = await clean(page)
        address = await page.locator("code").first.text_content()
        way = re.sub(r"^https?://[^/]+", office.url, str(address))
        await theirs.goto(way)
        found += await violations(theirs)
        await theirs.get_by_role("button", name="接着填").click()
        await expect(theirs.get_by_text("窗口帮你填到这里")).to_be_visible()
        told = await theirs.get_by_text("要回窗口接着填").text_content()
        await expect(theirs.get_by_role("button", name="义务兵")).to_be_visible()
        code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", str(told))
        assert code
        await theirs.goto(way)
        await expect(theirs.get_by_role("heading", name="这个二维码用不了了")).to_be_visible()
        await page.goto(f"{office.url}/console/assist?words={code[0]}")
        await page.locator("select[name=proof]").select_option("id_card")
        await page.get_by_role("button", name="接着填").click()
        await expect(page.get_by_text("何**")).to_be_visible()
        await page.get_by_role("button", name="请本人接着填").click()
        await expect(page.get_by_role("status")).to_contain_text("已请本人在手机上接着填")
    await phone.close()
    assert not found, "\n".join(found)
