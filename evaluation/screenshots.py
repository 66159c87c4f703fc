"""Pictures of the page for the README, with the bundled model: ``python evaluation/screenshots.py``.

Needs the ``ui`` extra, playwright and a chromium; writes PNG files of under 120 kB to ``evaluation/screenshots``.
"""

from __future__ import annotations

import argparse
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwp_solver.solving.solver import Solver
from mwp_solver.web import server, ui

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"
PENCILS = "Ben has 3 boxes of 12 pencils and gives away 9. How many pencils are left?"
WORK = ("一支铅笔2元，买6支要多少元？", "12元", "6+2")
BYTES = 120_000


@contextmanager
def served() -> Iterator[str]:
    """The address of the page while it is served."""
    import uvicorn

    app = ui.create_app(Solver.from_pretrained())
    with server.listen("127.0.0.1", 0) as listener:
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)


def solve(page: Any, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.locator("#answer").wait_for()


def check(page: Any, work: tuple[str, str, str]) -> None:
    page.get_by_role("tab", name="检查").click()
    page.locator("#check-question textarea").fill(work[0])
    for name, text in zip(("#check-answer", "#check-expression"), work[1:], strict=True):
        page.locator(name).get_by_role("textbox").fill(text)
    page.locator("#check-button").click()
    page.locator("#check-verdict .note").nth(1).wait_for()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("screenshots"))
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

        def taken(name: str, width: int, height: int, locale: str, scheme: str, act: Any, on: Any) -> None:
            context = browser.new_context(
                locale=locale, color_scheme=scheme, viewport={"width": width, "height": height}
            )
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.goto(url)
            act(page, on)
            page.wait_for_timeout(500)
            file = output / f"{name}.png"
            page.screenshot(path=file)
            context.close()
            size = file.stat().st_size
            print(f"{file}: {size} bytes")
            assert size < BYTES, "too large for the README"

        taken("solve-phone", 360, 1180, "zh-CN", "light", solve, CAGE)
        taken("solve-dark", 860, 1020, "en-US", "dark", solve, PENCILS)
        taken("check-phone", 360, 900, "zh-CN", "light", check, WORK)
        browser.close()


if __name__ == "__main__":
    main()
