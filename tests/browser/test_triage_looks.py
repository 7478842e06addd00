"""What a triage looks like on a narrow screen, in the dark, and on pages without JupyterLab's colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from triage import Desk, Sheet, browser_window, opened

from runbooklab.domains.redis.lab.testbed import RedisTestbed

#: WCAG's least contrast of a text, and of a sign such as that of a status.
READABLE, SIGN = 4.5, 3.0
#: Texts in outputs whose colour is too close to what is behind them: ``[contrast, text]``.
FAINT = """
([selector, readable, sign]) => {
  const parts = (colour) => {
    const found = colour.match(/^color\\(srgb ([^)]*)\\)$/);
    const numbers = (found ? found[1] : colour).match(/[\\d.]+/g).map(Number);
    const scale = found ? 255 : 1;
    return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale, numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches
    && getComputedStyle(document.documentElement).colorScheme.includes("dark");
  const canvas = isDark ? [18, 18, 18] : [255, 255, 255];
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(parts(getComputedStyle(each).backgroundColor));
    }
    return layers.reverse().reduce((below, top) => over(top, below), canvas);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((each) => each / 255)
      .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const output of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.textContent.trim();
      if (!text || !element.checkVisibility() || element.closest("button:disabled, style, script")) continue;
      const back = behind(element);
      const front = over(parts(getComputedStyle(element).color), back);
      const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
      const contrast = (high + 0.05) / (low + 0.05);
      const least = text.length > 1 ? readable : sign;
      if (contrast < least) faint.push([contrast.toFixed(1), text.slice(0, 60)]);
    }
  }
  return faint;
}
"""
#: Outputs of which a part is neither visible nor can be scrolled to.
CUT = """
() => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output")]
  .flatMap((output) => [output, ...output.querySelectorAll("table, pre, .widget-html-content, .widget-hbox")])
  .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .filter((each) => {
    for (let at = each; at && !at.matches(".jp-OutputArea"); at = at.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return false;
    }
    return true;
  })
  .map((each) => [each.tagName, each.className, each.innerText.slice(0, 60)])
"""
BESIDE = """
(right) => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > right)
  .map((each) => each.innerText.slice(0, 60))
"""


@pytest.fixture
def broken(testbed: RedisTestbed) -> dict[str, object]:
    """The parameters of a Redis that was stopped."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    return dict(testbed.situation(server).parameters)


@pytest.fixture
def narrow(chromium: Browser) -> Iterator[BrowserContext]:
    with browser_window(chromium, width=800) as opened_window:
        yield opened_window


def faint(page: Page, outputs: str = ".jp-OutputArea-output") -> list[tuple[str, str]]:
    """The texts of outputs that are hard to read, each after its contrast."""
    found: list[tuple[str, str]] = page.evaluate(FAINT, [outputs, READABLE, SIGN])
    return found


def run_all(sheet: Sheet) -> None:
    """Run All, and wait for its end."""
    sheet.until_verdict()
    sheet.menu("Run", "Run All Cells")
    expect(sheet.outputs("conclude()").first).to_contain_text("Looked at")
    sheet.idle()


def test_nothing_is_cut_on_a_narrow_screen(
    narrow: BrowserContext, desk: Desk, incident: str, broken: dict[str, object]
) -> None:
    """800 px: every output of every cell is within the page, or can be scrolled."""
    with opened(narrow, desk, desk.another(incident, broken)) as sheet:
        run_all(sheet)
        assert sheet.page.evaluate(CUT) == []
        assert sheet.page.evaluate(BESIDE, 800) == []
        for folded in sheet.page.locator(".jp-InputPlaceholder .jp-PlaceholderText").all():
            box = sheet.box(folded)
            assert box["x"] + box["width"] <= 800
            assert folded.evaluate("line => getComputedStyle(line).textOverflow") == "ellipsis"
        sheet.button.scroll_into_view_if_needed()
        box = sheet.box(sheet.button)
        assert box["x"] + box["width"] <= 800


def test_a_low_screen_has_verdict_and_button_in_sight_and_enter_presses_it(
    chromium: Browser, desk: Desk, incident: str, broken: dict[str, object]
) -> None:
    """Nobody has to scroll; Enter in the card's field acts once the word stands there, and says so before."""
    with (
        browser_window(chromium, width=1366, height=640) as low,
        opened(low, desk, desk.another(incident, broken)) as sheet,
    ):
        sheet.until_verdict("Root cause")
        expect(sheet.button).to_be_in_viewport(ratio=1)
        expect(sheet.verdict.get_by_text("Root cause")).to_be_in_viewport()
        field = sheet.card.get_by_role("textbox").first
        field.fill("start-contain")
        field.press("Enter")
        expect(sheet.card).to_contain_text("Nothing was done: type start-container to confirm")
        field.fill("start-container")
        expect(sheet.button).to_be_enabled()
        field.press("Enter")
        sheet.until_fixed()


@pytest.mark.exhaustive
def test_the_map_leads_to_each_section(
    window: BrowserContext, desk: Desk, incident: str, broken: dict[str, object]
) -> None:
    """A click on a section in the map below the verdict brings its heading onto the screen."""
    with opened(window, desk, desk.another(incident, broken)) as sheet:
        sheet.until_verdict()
        sheet.idle()
        sheet.verdict.get_by_text("Sections:").click()
        links = sheet.verdict.get_by_role("link").all()
        assert len(links) > 10
        for link in links[:4]:
            title = link.inner_text()
            link.click()
            expect(sheet.page.get_by_role("heading", name=title)).to_be_in_viewport()
            sheet.page.wait_for_timeout(1500)  # JupyterLab goes on scrolling for a while


def test_text_is_readable_in_the_dark_theme(
    window: BrowserContext, desk: Desk, incident: str, broken: dict[str, object]
) -> None:
    """Every text of every output stands out from what is behind it, before and after a fix."""
    with opened(window, desk, desk.another(incident, broken)) as sheet:
        run_all(sheet)
        sheet.menu("Settings", "Theme", "JupyterLab Dark")
        expect(sheet.page.locator("body[data-jp-theme-light=false]")).to_be_attached()
        try:
            assert faint(sheet.page) == []
            sheet.fix()
            sheet.until_fixed()
            assert faint(sheet.page) == []
        finally:
            sheet.menu("Settings", "Theme", "JupyterLab Light")
            expect(sheet.page.locator("body[data-jp-theme-light=true]")).to_be_attached()


@pytest.fixture
def elsewhere(chromium: Browser) -> Iterator[Page]:
    """A page in a browser that likes it dark."""
    with browser_window(chromium, dark=True) as dark:
        yield dark.new_page()


#: A page of somebody's in its own dark colours, such as a code host's.
DARK_PAGE = """<!doctype html><meta charset="utf-8">
<body style="background: #0d1117; color: #e6edf3; font-family: sans-serif"
><main class="other">{outputs}</main></body>"""
LIGHT_PAGE = DARK_PAGE.replace("#0d1117", "#ffffff").replace("#e6edf3", "#1f2328")


@pytest.mark.exhaustive
def test_text_is_readable_without_the_colours_of_jupyterlab(
    window: BrowserContext, elsewhere: Page, desk: Desk, incident: str, broken: dict[str, object]
) -> None:
    """The saved outputs on nbconvert's page, and on light and dark pages of others."""
    notebook = desk.another(incident, broken)
    with opened(window, desk, notebook) as sheet:
        run_all(sheet)
        saved = sheet.save()
    exported = desk.request(f"nbconvert/html/{notebook.relative_to(desk.suite).as_posix()}").decode()
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", ())]
    drawn = "".join("".join(output["data"].get("text/html", "")) for output in outputs if "data" in output)
    for page in (exported, *(each.format(outputs=drawn) for each in (DARK_PAGE, LIGHT_PAGE))):
        elsewhere.set_content(page)
        assert faint(elsewhere, ".jp-OutputArea-output, .other > div") == []
