"""The web page in a real browser: what a pupil does with it, on a phone and on a desktop."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from web_fakes import CAGE, StubBackend, chromium, missing, served

from mwp_solver.options import EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import practice_tab
from mwp_solver.web.practice import Exercise
from mwp_solver.web.texts import CHINESE, ENGLISH

pytestmark = pytest.mark.browser

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1100, "height": 800}
OpenPage = Callable[..., Any]


def test_a_missing_browser_is_no_reason_to_skip_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="chromium"):
        missing("chromium")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="chromium"):
        missing("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(Solver(StubBackend(), EncodingOptions())) as address:
        yield address


@pytest.fixture
def open_page(browser: Any, url: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens the page; at the end nothing may have been fetched from elsewhere, and no script may have failed."""
    wrong: list[str] = []
    pages: list[Any] = []

    def opened(path: str = "", locale: str = "zh-CN", viewport: dict[str, int] = PHONE, **options: Any) -> Any:
        context = browser.new_context(locale=locale, viewport=viewport, **options)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("request", lambda r: wrong.extend([] if r.url.startswith((url, "data:", "blob:")) else [r.url]))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(url + path)
        pages.append(page)
        return page

    yield opened
    folder = os.environ.get("MWP_SCREENSHOTS")
    for number, page in enumerate(pages):
        if folder:
            name = re.sub(r"\W+", "-", f"{request.node.name}-{number}")
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        page.context.close()
    assert wrong == []


def expect(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


SOLVE, PHOTO, CHECK, PRACTICE, SHEET = range(5)  # the tabs in their order


def tab(page: Any, number: int) -> None:
    page.get_by_role("tab").nth(number).click()


def fits(page: Any) -> bool:
    """Whether the page is as wide as its window, with nothing to scroll sideways to."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_solve_on_a_phone(open_page: OpenPage) -> None:
    page = open_page()
    box = page.locator("#question textarea")
    box.fill(CAGE)  # at once, before the page has settled
    box.press("Enter")
    expect(page.locator("#answer")).to_have_text("23只")
    expect(page.locator("#expression math")).to_have_attribute("alttext", "(35×4−94)÷2 = 23")
    expect(page.locator(".steps li")).to_have_count(3)
    expect(page.locator("#numbers mark.number")).to_have_text(["35", "94"])
    expect(page.locator(".tree svg")).to_be_visible()
    expect(page.locator("#alternatives li")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="23只")).to_have_count(1)  # read aloud
    colors = page.evaluate(
        "['#numbers mark', '#expression mrow.number mn', '.tree .number text'].map("
        "(s) => {const e = document.querySelector(s), c = getComputedStyle(e); return s[1] === 't' ? c.fill : c.color})"
    )
    assert len(set(colors)) == 1
    assert fits(page)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_every_tab_is_in_sight_on_a_phone_and_is_there_once(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale)
    for number in range(5):
        tab(page, number)
        expect(page.get_by_role("tab")).to_have_count(5)
        expect(page.get_by_role("tab", selected=True)).to_have_count(1)
        assert fits(page)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_the_page_does_not_jump_while_it_is_loaded(open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport)
    page.locator("#question textarea").fill("3")
    page.wait_for_timeout(500)
    shift = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list => done(
            list.getEntries().filter(one => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)
        )).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 500))"""
    )
    assert shift < 0.05  # web.dev/articles/cls: below 0.1 is good


def test_wrong_input(open_page: OpenPage) -> None:
    page = open_page(locale="en-US", viewport=DESKTOP)
    box, message = page.locator("#question textarea"), page.locator("#result .note")
    box.press("Enter")
    expect(message).to_have_text(ENGLISH["empty"])
    box.fill("nonsense with 3 and 4?")
    page.locator("#solve").click()
    expect(message).to_have_text(ENGLISH["not_found"])
    expect(page.locator("#answer")).to_have_count(0)


def test_a_link_with_a_script_in_it(open_page: OpenPage) -> None:
    script = "<script>alert('x')</script><img src=x onerror=alert('y')> $x$ {{y}} ${z} 35 and 94 "
    page = open_page(f"?q={quote(script)}")  # a link fills the box and solves
    expect(page.locator("#answer")).to_have_text("23")
    expect(page.locator("#question textarea")).to_have_value(script)
    expect(page.locator("#numbers")).to_have_text(script)
    expect(page.locator("#history button")).to_have_text(script)
    tab(page, CHECK)
    page.locator("#check-question textarea").fill(script)
    page.locator("#check-answer").get_by_role("textbox").fill("<script>alert('z')</script>")
    page.locator("#check-button").click()
    expect(page.locator("#check-verdict h3")).to_contain_text("<script>alert('z')</script>")


def test_examples_history_copy_and_link(open_page: OpenPage, url: str) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.locator(".examples button").first.click()
    expect(page.locator("#answer")).to_be_visible()
    question = page.locator("#question textarea").input_value()
    page.locator("[data-share]").click()
    expect(page.locator("[data-share]")).to_have_text(f"✓ {CHINESE['link_copied']}")
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}/?q={quote(question)}"
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_have_text(f"✓ {CHINESE['copied']}")
    assert page.locator("#answer").inner_text() in page.evaluate("navigator.clipboard.readText()")
    page.locator(".examples button").nth(1).click()
    expect(page.locator("#history li")).to_have_count(2)
    page.locator("#history summary").click()
    page.locator("#history button").nth(1).click()
    expect(page.locator("#question textarea")).to_have_value(question)
    expect(page.locator(".result")).to_have_attribute("data-question", question)


@pytest.mark.parametrize("locale", ["zh", "zh-HK"])
def test_any_kind_of_chinese_is_chinese(open_page: OpenPage, locale: str) -> None:
    page = open_page("?q=1%2B1", locale=locale)
    expect(page.locator("#intro h1")).to_have_text("数学应用题求解")
    expect(page.locator(".result h2")).to_have_text("答案")


def test_the_language_can_be_switched_and_stays(open_page: OpenPage, url: str) -> None:
    page = open_page()
    page.locator("#question textarea").fill(CAGE)
    page.get_by_role("link", name="English").click()
    expect(page.locator("#intro h1")).to_have_text("Math word problem solver")
    expect(page.locator(".result h2")).to_have_text("Answer")  # and the problem came along
    expect(page.get_by_role("link", name="English")).to_have_attribute("aria-current", "true")
    page.goto(url)
    expect(page.locator("#solve")).to_have_text("Solve")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_check(open_page: OpenPage) -> None:
    page = open_page()
    tab(page, CHECK)
    verdicts = page.locator("#check-verdict .note")
    page.locator("#check-question textarea").fill(CAGE)
    page.locator("#check-button").click()
    expect(verdicts).to_have_text([CHINESE["write_work"]])
    page.locator("#check-answer").get_by_role("textbox").fill("24只")
    page.locator("#check-answer").get_by_role("textbox").press("Enter")
    expect(verdicts).to_have_text(["✗ 不对：得数不对"])
    page.locator("#check-answer").get_by_role("textbox").fill("23只")
    page.locator("#check-expression").get_by_role("textbox").fill("(35*4-94)/2")
    page.locator("#check-expression").get_by_role("textbox").press("Enter")
    expect(verdicts).to_have_text(["✓ 对：正确", "✓ 对：正确，算法与参考算式一致"])
    assert fits(page)


def test_practice(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [("*", "*")]

    def fresh(language: str, family: object, grade: object, rng: object) -> Exercise:
        drawn.append((family, grade))
        return Exercise(f"一支铅笔2元，买{len(drawn)}支要多少元？", f"2*{len(drawn)}")

    monkeypatch.setattr(practice_tab, "fresh", fresh)
    page = open_page()
    exercise, verdict, score = page.locator("#exercise"), page.locator("#verdict"), page.locator("#score")
    answer = page.locator("#practice-answer").get_by_role("textbox")
    tab(page, PRACTICE)
    expect(exercise).to_have_text("一支铅笔2元，买2支要多少元？")
    answer.press("Enter")
    expect(verdict).to_have_text(CHINESE["write_answer"])
    page.locator("#hint").click()
    expect(verdict).to_have_text("第一步： 2×2 = ?")
    answer.fill("4元")
    answer.press("Enter")
    expect(verdict).to_have_text(CHINESE["judged_right"])
    expect(score).to_have_text("第一次就答对： 1 / 1")
    page.locator("#another").click()
    expect(exercise).to_have_text("一支铅笔2元，买3支要多少元？")
    expect(answer).to_have_value("")
    answer.fill("5")
    page.locator("#judge").click()
    expect(verdict).to_have_text(CHINESE["judged_wrong"])
    page.locator("#show-solution").click()
    expect(page.locator("#verdict .steps math")).to_have_attribute("alttext", "2×3 = 6")
    expect(score).to_have_text("第一次就答对： 1 / 2")
    page.locator("#family input").click()
    page.get_by_role("option", name="鸡兔同笼").click()
    expect(exercise).to_have_text("一支铅笔2元，买4支要多少元？")
    assert drawn[-1] == ("鸡兔同笼", "*")
    assert fits(page)


def test_by_keyboard_alone_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(locale="en-US", viewport=DESKTOP, color_scheme="dark")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("(35*4-94)/2=?")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_text("23")
    page.keyboard.press("Tab")
    expect(page.locator("#solve")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-copy]")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_role("tab").nth(PHOTO).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#check-question textarea")).to_be_visible()
    for control in page.locator("input:visible, textarea:visible").all():
        assert control.evaluate("e => (e.labels?.[0]?.innerText || e.ariaLabel || '').trim()"), control
    assert fits(page)
