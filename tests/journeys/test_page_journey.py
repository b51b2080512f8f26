"""A resident in the browser, in Kazakh: from the greeting to a signed petition."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select

from bot.db import utcnow
from bot.petitions.models import Signature
from bot.residents.models import Resident
from bot.sandbox import people
from bot.training.seed import seed
from tests.journeys.conftest import Town

pytestmark = pytest.mark.browser


def button(page: Page, words: str) -> Locator:
    """The newest button under a message with these words."""
    return page.locator(".messages").get_by_role("button", name=words, exact=False).last


async def say(page: Page, text: str) -> None:
    """Write a text and send it."""
    await page.locator(".writing").fill(text)
    await page.locator(".writing").press("Enter")


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
async def test_a_resident_goes_from_greeting_to_a_signed_petition(
    sqlite_town: Town, browser: Browser, width: int
) -> None:
    async with sqlite_town.app.database.transaction() as session:
        await seed(session, sqlite_town.app.petitions, [], utcnow())
    errors: list[str] = []
    context = await browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{sqlite_town.sandbox.base}/#person={people.AIGUL}&chat={people.AIGUL}")

    await page.get_by_role("button", name=re.compile("^(Бастау|Start)")).last.click()
    await expect(page.locator(".messages")).to_contain_text("Халық үні")
    await button(page, "Тұратын жерім").click()
    await expect(page.locator(".messages")).to_contain_text("Қай жерде тұрасыз?")
    await say(page, "талгар")
    await button(page, "Талғар ауданы").click()
    await expect(page.locator(".messages")).to_contain_text("Талғар ауданының әкімдігі")
    await say(page, "көшеге жарык")
    await expect(page.locator(".messages")).to_contain_text("Талғарда мектепке баратын жолға жарық")
    await button(page, "1").click()
    await expect(page.locator(".messages")).to_contain_text("Абай және Лермонтов")
    await button(page, "Қол қою").click()
    await button(page, "Келісемін").click()
    await expect(page.locator(".messages")).to_contain_text("азаматысыз")
    await button(page, "Иә").click()
    await page.get_by_role("button", name="Нөмірімді жіберу").last.click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("Жіберу|Бөлісу|Иә")).first.click()
    await expect(page.locator(".messages")).to_contain_text("расталды")
    await button(page, "Жалғастыру").click()
    await expect(page.locator(".messages")).to_contain_text("Осы петицияға қол қоясыз ба?")
    await button(page, "Қол қою").click()
    await expect(page.locator(".messages")).to_contain_text("Сіз қол қойдыңыз")

    assert errors == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    async with sqlite_town.app.database.reading() as session:
        signer = await session.scalar(select(Resident.id).where(Resident.telegram_id == people.AIGUL))
        signed = await session.scalars(select(Signature).where(Signature.resident_id == signer))
        assert len(signed.all()) == 1
    await context.close()
