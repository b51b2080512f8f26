"""A browser that shows the sandbox's chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page

from bot.sandbox.server import Sandbox

Opener = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Opener]:
    """Open the page at a place in its address; a test fails when the page raised an error."""
    errors: list[str] = []

    async def opened(where: str = "", *, width: int = 1280, height: int = 800, touch: bool = False) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.goto(f"{sandbox.base}/{where}")
        await page.wait_for_selector(".entry", state="attached")
        return page

    yield opened
    assert errors == []
