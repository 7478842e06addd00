"""The report in a real browser: offline, quiet, harmless, legible, usable."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from opened import Opened

from evidence_samples import down, healthy, talk, without_docker
from report_samples import code, concluded, diagnosis, display, executed, hostile, notebook, shown, text
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.mime import FINDING_MIME
from runbooklab.report.from_notebook import render_notebook
from runbooklab.report.page import render

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Opened]


def full() -> Evidence:
    """Redis at its limits: the page has plots."""
    info = {
        "used_memory": "250000000", "maxmemory": "256000000", "used_memory_peak": "256000000",
        "connected_clients": "100", "maxclients": "100", "rejected_connections": "17",
    }  # fmt: skip
    return healthy(redis=talk(info=info, ping_ms=(1.0, 312.0, 2.0)))


@cache
def whole(situation: Callable[[], object]) -> str:
    """The page of a whole run of the Redis runbook."""
    evidence = situation()
    run = concluded(evidence)  # type: ignore[arg-type] # situations build Evidence
    return render(run, evidence, executed(run, evidence))  # type: ignore[arg-type] # the same


PAGES = {
    "near its limits": lambda: whole(full),
    "critical": lambda: whole(down),
    "ok": lambda: whole(healthy),
    "without Docker": lambda: whole(without_docker),
    "everything": lambda: render(
        diagnosis(), healthy(), notebook(text("# A\n\n| a |\n|--:|\n| 1 |"), code())
    ),
    "anyone's": lambda: render_notebook(
        notebook(text("# A\n\n`x`"), code(display(text_html="<table><td>1</table>")))
    ),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_opens_offline_and_is_quiet(open_page: OpenPage, name: str, dark: bool) -> None:
    """From a file, without a network: no request but the file's own, nothing on the console, no error."""
    seen = open_page(PAGES[name](), dark=dark)
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    assert len(seen.requests) == 1
    assert seen.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_it_never_scrolls_sideways(open_page: OpenPage, name: str) -> None:
    """All folded parts open, the page is no wider than the window; wide tables scroll on their own."""
    seen = open_page(PAGES[name]())
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    for width in (320, 380, 768, 1200, 1920):
        seen.page.set_viewport_size({"width": width, "height": 800})
        assert seen.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_text_does_nothing(open_page: OpenPage) -> None:
    """Planted in every text of the diagnosis and in every kind of cell, nothing of it runs."""
    run = hostile(diagnosis())
    hit = "window.hit=1"
    wild = f"<script>{hit}</script><img src=x onerror='{hit}'><a href='javascript:{hit}'>x</a>"
    cells = (
        text(f"# {wild}\n\n{wild}\n\n[x](javascript:window.hit=1)"),
        code(
            *(shown(FINDING_MIME, finding) for finding in run.findings), display(text_html=wild), source=wild
        ),
        code(display(text_markdown=wild), {"output_type": "stream", "name": "stderr", "text": wild}),
    )
    seen = open_page(render(run, healthy(), notebook(*cells)))
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    for link in seen.page.locator("main a").all()[:40]:
        link.dispatch_event("click")
    assert seen.evaluate("window.hit") is None
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith("file:")] == []


def test_the_policy_stops_what_gets_past_the_escaping(open_page: OpenPage) -> None:
    """Were markup ever let through, the browser would still not run it, and not fetch for it."""
    planted = "<script>window.hit=1</script><img src='https://evil.example/x' onerror='window.hit=1'></main>"
    seen = open_page(render(diagnosis(), None, None).replace("</main>", planted))
    assert seen.evaluate("window.hit") is None
    assert seen.failures == {"https://evil.example/x": "csp"}
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)


def test_the_copy_button_copies_the_fix(open_page: OpenPage) -> None:
    """The clipboard holds the commands and nothing else, and the button says so."""
    seen = open_page(render(diagnosis(), None, None))
    button = seen.page.locator(".answer .copy").first
    button.click()
    seen.page.wait_for_function("document.querySelector('.answer .copy').textContent === 'Copied'")
    assert seen.evaluate("navigator.clipboard.readText()") == "docker start redis-tts"
    assert seen.page.locator("#said").text_content() == "Copied"


def test_it_is_complete_without_its_script(open_page: OpenPage) -> None:
    """Where scripts are off there is no button that does nothing, and all the content."""
    seen = open_page(render(diagnosis(), None, None), script=False)
    assert seen.page.locator("button").count() == 0
    assert seen.page.locator("#verdict").is_visible()
    seen.page.locator("details.section > summary").nth(1).click()
    assert seen.page.locator("#section-test-port-availability").is_visible()


def test_a_link_into_a_folded_section_opens_it(open_page: OpenPage) -> None:
    """The contents, and an address sent to a colleague, lead to something one can see."""
    html = whole(down)
    seen = open_page(html, anchor="#section-check-redis-logs")
    assert seen.page.locator("#section-check-redis-logs").is_visible()
    seen.page.locator(".contents a[href='#section-prevention']").click()
    assert seen.page.locator("#section-prevention").is_visible()


def test_the_first_screen_holds_the_fix(open_page: OpenPage) -> None:
    """Verdict, cause, fix and confirmation are in sight without scrolling, on a laptop."""
    seen = open_page(whole(down), height=800)
    for part in ("#verdict", ".cause", ".answer .cmd >> nth=0", ".answer .cmd >> nth=1"):
        box = seen.page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_the_contents_stand_beside_a_wide_page_only(open_page: OpenPage) -> None:
    """On a narrow window they would be in the way."""
    assert open_page(PAGES["ok"](), width=1200).page.locator("nav.contents").is_visible()
    assert not open_page(PAGES["ok"](), width=800).page.locator("nav.contents").is_visible()


def test_a_printed_page_is_open_and_light(open_page: OpenPage) -> None:
    """What matters is open and what is well is shut; no code, no buttons, and white paper at night."""
    seen = open_page(whole(down), dark=True)
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#section-check-redis-container-status").is_visible()
    assert not seen.page.locator("#section-common-causes").is_visible()
    assert seen.page.locator("section[aria-labelledby=causes] td >> nth=0").is_visible()
    for hidden in (".copy >> nth=0", ".code >> nth=0", "nav.contents"):
        assert not seen.page.locator(hidden).is_visible()
    assert seen.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.page.pdf(format="A4").startswith(b"%PDF")


#: The lowest contrast of any text in sight with what is behind it, and where.
LOWEST_CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (at) => {
    for (; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  let lowest = [21, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !at.checkVisibility() || at.closest("script")) continue;
    const style = getComputedStyle(at);
    const ink = at.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(colour(ink)), light(behind(at))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < lowest[0]) lowest = [contrast, at.outerHTML.slice(0, 200)];
  }
  return lowest;
}"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_text_has_enough_contrast(open_page: OpenPage, name: str, dark: bool) -> None:
    """WCAG AA: at least 4.5 to 1 for every text, small or large."""
    seen = open_page(PAGES[name](), dark=dark)
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    contrast, where = seen.evaluate(LOWEST_CONTRAST)
    assert contrast >= 4.5, where


@pytest.mark.parametrize("name", ["near its limits", "critical", "anyone's"])
@pytest.mark.parametrize(
    ("width", "dark"), [(1200, False), (1200, True), (360, False)], ids=["light", "dark", "narrow"]
)
def test_axe_finds_nothing(open_page: OpenPage, name: str, width: int, dark: bool) -> None:
    """The accessibility audit of axe-core: no violation, all folded parts open."""
    seen = open_page(PAGES[name](), width=width, dark=dark)
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    seen.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()


def test_what_is_folded_is_found(open_page: OpenPage) -> None:
    """The page's own search unfolds what it leads to, says where one is, and Escape ends it."""
    seen = open_page(whole(down))
    field = seen.page.get_by_role("searchbox")
    field.fill("NO SUCH WORDS")
    assert seen.page.locator(".find output").text_content() == "Not found"
    field.fill("appendonly")
    assert seen.evaluate("CSS.highlights.get('found').size") > 0
    field.press("Enter")
    assert (seen.page.locator(".find output").text_content() or "").startswith("1 of ")
    assert seen.evaluate(
        "[...CSS.highlights.get('current')][0].startContainer.parentElement.checkVisibility()"
    )
    field.press("Shift+Enter")
    reported = (seen.page.locator(".find output").text_content() or "").split(" of ")
    assert reported[0] == reported[1]
    field.press("Escape")
    assert field.input_value() == ""
    assert seen.evaluate("CSS.highlights.get('found').size") == 0


def test_every_control_works_from_the_keyboard(open_page: OpenPage) -> None:
    """Tab reaches search, contents, copy buttons and folded parts; Enter and Space unfold."""
    seen = open_page(whole(down))
    reached = set()
    for _ in range(200):
        seen.page.keyboard.press("Tab")
        at = seen.evaluate("[document.activeElement.tagName, document.activeElement.className].join(' ')")
        if at.startswith("BODY"):
            break
        reached.add(at.split(" ")[0])
    assert {"A", "INPUT", "BUTTON", "SUMMARY"} <= reached
    part = seen.page.locator("details.section:not([open]) > summary").first
    part.focus()
    fold = part.evaluate_handle("part => part.parentElement")
    for key in ("Enter", "Space"):
        before = fold.evaluate("part => part.open")
        seen.page.keyboard.press(key)
        assert fold.evaluate("part => part.open") is not before


def test_the_keyboard_reaches_the_verdict_first(open_page: OpenPage) -> None:
    """The first stop is a link past the contents, and where the focus is can be seen."""
    seen = open_page(PAGES["critical"]())
    seen.page.keyboard.press("Tab")
    assert seen.evaluate("document.activeElement.textContent") == "To the verdict"
    assert seen.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert seen.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index] # it is focused, so it has a box
