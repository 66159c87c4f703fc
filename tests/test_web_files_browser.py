"""Sheets, photographs and corrections in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio: pip install 'mwp-solver[ui]'")

from batch_fakes import Adds
from web_fakes import chromium, files_in, serving

from mwp_solver.options import EncodingOptions, PageOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import ui, uploads
from mwp_solver.web.photo import PhotoReader
from mwp_solver.web.store import Store
from mwp_solver.web.texts import TRANSLATIONS

pytestmark = pytest.mark.browser
CHINESE = TRANSLATIONS["zh-CN"]
QUESTION = "小明有{}支铅笔，又买了3支，现在有多少支？"
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store") / "feedback.sqlite")


@pytest.fixture(scope="module")
def slow() -> Adds:
    return Adds()


@pytest.fixture(scope="module")
def url(store: Store, slow: Adds) -> Iterator[str]:
    with serving(ui.create_app(Solver(slow, EncodingOptions()), PageOptions(), store=store)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(*CAMERA) as browser:
        yield browser


@pytest.fixture
def page(browser: Any, url: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, opened; no script may run that is not its own, and nothing be fetched from elsewhere."""
    wrong: list[str] = []
    context = browser.new_context(locale="zh-CN", viewport={"width": 900, "height": 1000})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.on("request", lambda r: wrong.extend([] if r.url.startswith((url, "data:", "blob:")) else [r.url]))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: wrong.extend([said.text] if "Content Security Policy" in said.text else []))
    page.goto(url)
    yield page
    if folder := os.environ.get("MWP_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{request.node.name}.png", full_page=True)
    context.close()
    assert wrong == []


def open_tab(page: Any, key: str) -> None:
    page.get_by_role("tab", name=CHINESE[key], exact=True).click()


def sheet(path: Path, rows: int) -> Path:
    lines = [f"{QUESTION.format(n)},{n + 3 + n % 2},{'加法' if n % 3 else ATTACK}" for n in range(1, rows + 1)]
    path.write_text(
        "\n".join(["题目,答案,类型", f"{ATTACK}{QUESTION.format(9)},12,x", *lines]) + "\n", encoding="utf-8"
    )
    return path


def test_a_sheet_with_progress_table_plots_and_download(page: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    open_tab(page, "tab_sheet")
    expect(page.get_by_text("1000")).to_be_visible()  # the limits are stated
    page.locator("#sheet-file input[type=file]").set_input_files(sheet(tmp_path / "class.csv", 20))
    expect(page.locator("#sheet-file")).to_contain_text("class.csv")
    page.locator("#sheet-start").click()
    expect(page.locator("#sheet-message")).to_have_text(CHINESE["sheet_done"])
    expect(page.locator("#sheet-progress progress")).to_have_attribute("value", "21")
    expect(page.locator("#sheet-accuracy textarea, #sheet-accuracy input")).to_have_value(
        re.compile(r"^47\.6% \(.*\), 10 / 21$")
    )
    expect(page.locator("#sheet-table")).to_contain_text(ATTACK)
    expect(page.locator("#sheet-family svg")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#sheet-downloads a").first.click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "predictions.csv"
    assert len(table.splitlines()) == 22
    assert "class.csv" not in files_in(uploads.page_folder())


def test_a_sheet_that_is_stopped(page: Any, slow: Adds, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    open_tab(page, "tab_sheet")
    page.locator("#sheet-file input[type=file]").set_input_files(sheet(tmp_path / "long.csv", 900))
    expect(page.locator("#sheet-file")).to_contain_text("long.csv")
    slow.pause = 0.3
    try:
        page.locator("#sheet-start").click()
        expect(page.locator("#sheet-progress progress")).not_to_have_attribute("value", "0")
        page.locator("#sheet-stop").click()
        expect(page.locator("#sheet-message")).to_have_text(CHINESE["sheet_stopped"])
    finally:
        slow.pause = 0.0
    assert 0 < int(page.locator("#sheet-progress progress").get_attribute("value")) < 901
    expect(page.locator("#sheet-start")).to_be_enabled()


def test_no_file(page: Any) -> None:
    from playwright.sync_api import expect

    open_tab(page, "tab_sheet")
    page.locator("#sheet-start").click()
    expect(page.locator("#sheet-message")).to_have_text(CHINESE["sheet_none"])


@pytest.mark.skipif(not PhotoReader.available(), reason="reading needs the ocr extra: pip install 'mwp-solver[ocr]'")
def test_a_photographed_problem_lands_in_the_box(page: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect
    from test_photo import written

    text = "Ben has 3 boxes of 12 pencils and 9 pens."
    open_tab(page, "tab_photo")
    page.locator("#photo input[type=file]").first.set_input_files(written(text, tmp_path / "a.jpg", turned=True))
    box = page.locator("#question textarea")
    expect(box).to_have_value(text)
    expect(box).to_be_visible()  # the page has turned to the Solve tab
    assert "a.jpg" not in files_in(uploads.page_folder())


def test_a_correction(page: Any, store: Store) -> None:
    from playwright.sync_api import expect

    page.locator("#question textarea").fill(QUESTION.format(9))
    page.locator("#feedback button").first.click()
    answer, expression = (
        page.locator(f"#{name} textarea, #{name} input") for name in ("right-answer", "right-expression")
    )
    message = page.locator("#feedback-message")
    answer.fill("13")
    expression.fill("9+3")
    page.locator("#send").click()
    expect(message).to_have_text(CHINESE["correction_disagrees"])
    answer.fill("12支")
    page.locator("#send").click()
    expect(message).to_have_text(CHINESE["correction_kept"])
    assert [(problem.answer, problem.equation) for problem in store.problems()] == [("12支", "9+3")]
