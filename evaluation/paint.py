"""How soon the page shows something, and how far it jumps while it is used; prints JSON.

    python evaluation/paint.py > evaluation/results/paint.json

Chromium without a cache opens the page of a `mwp-solver serve` here, on a phone's and a desktop's window: the
first contentful paint, the moment at which a problem can be typed, and the cumulative layout shift
(web.dev/articles/cls: below 0.1 is good) on opening and after a problem was solved, a tab opened, the language
switched. Shifts within half a second of the reader's own act do not count there; ``all`` counts them too.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"
WINDOWS = {"phone": (360, 740), "desktop": (1280, 800)}
TIMES = 5
WATCH = """
window.shifts = {counted: 0, all: 0};
new PerformanceObserver(list => { for (const shift of list.getEntries()) {
  window.shifts.all += shift.value;
  if (!shift.hadRecentInput) window.shifts.counted += shift.value;
}}).observe({type: "layout-shift", buffered: true});
"""


def served() -> tuple[subprocess.Popen[str], str]:
    """A server process and its address."""
    command = [sys.executable, "-m", "mwp_solver", "serve", "--port", "0", "--no-feedback"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://\S+", line):
            return server, found[0]
    sys.exit("the server did not start")


def opened(browser: Browser, url: str, window: tuple[int, int]) -> dict[str, float]:
    """One visit."""
    context = browser.new_context(locale="zh-CN", viewport={"width": window[0], "height": window[1]})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.locator("#question textarea").fill("")
    ready = page.evaluate("performance.now()")
    page.wait_for_timeout(1000)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    on_opening = shifts(page)
    page.locator("#question textarea").fill(CAGE)
    page.locator("#question textarea").press("Enter")
    page.locator("#answer").wait_for()
    page.wait_for_timeout(1000)
    for number in range(1, 5):
        page.get_by_role("tab").nth(number).click()
        page.wait_for_timeout(700)
    in_use = shifts(page)
    context.close()
    return {
        "first_contentful_paint_ms": paint,
        "ready_ms": ready,
        "shift_on_opening": on_opening["counted"],
        "shift_in_use": in_use["counted"],
        "shift_in_use_all": in_use["all"],
    }


def shifts(page: Any) -> dict[str, float]:
    return dict(page.evaluate("window.shifts"))


def main() -> None:
    server, url = served()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            opened(browser, url, WINDOWS["desktop"])
            result = {}
            for name, window in WINDOWS.items():
                visits = [opened(browser, url, window) for _ in range(TIMES)]
                result[name] = {key: round(statistics.median(v[key] for v in visits), 3) for key in visits[0]}
            version = browser.version
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    print(json.dumps({"machine": platform.machine(), "chromium": version, "visits": TIMES, **result}, indent=1))


if __name__ == "__main__":
    main()
