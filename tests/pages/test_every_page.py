"""Every page at 400 % zoom, by keyboard, and without scripts; each with a title of its own and one heading of the first level."""

from collections import defaultdict
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.pages.test_look import become, pages, visitor
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# 1280 x 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}
# What a reader can't get at: text that is cut off at the edge of its own box, and no scrolling leads to it.
CUT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((node) => {
  const style = getComputedStyle(node);
  if (node.closest(".ds-sr-only") || style.clipPath !== "none" || style.display === "inline" || !node.offsetParent) return false;
  const hides = style.overflowX === "hidden" || style.overflowX === "clip";
  return hides && node.scrollWidth > node.clientWidth + 1 && !["INPUT", "SELECT", "TEXTAREA", "svg"].includes(node.tagName);
}).map((node) => node.outerHTML.slice(0, 120))"""
BEYOND = """() => [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1
  && !node.closest(".table-wrap, nav, .chart, svg, pre")).map((node) => node.outerHTML.slice(0, 140)).slice(0, 2)"""
# After a press of Tab what takes the focus shows it, however it came: as an outline, a shadow, or colours that change.
FOCUS = """() => {
  const look = (node) => {
    const style = getComputedStyle(node);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 ? style.outline : "";
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join("|");
  };
  const shown = (node) => node.checkVisibility({visibilityProperty: true}) && node.getBoundingClientRect().width > 0;
  const interactive = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], [onclick], "
    + "[hx-get]:not([hx-trigger])";
  const found = [];
  document.activeElement.blur();
  for (const node of document.querySelectorAll(interactive)) {
    if (!shown(node) || node.disabled || node.ariaHidden === "true") continue;
    if (node.tabIndex !== 0) { found.push(`not reached by Tab: ${node.outerHTML.slice(0, 140)}`); continue; }
    const around = [node, node.parentElement, ...node.children];
    const before = around.map(look);
    node.focus();
    if (document.activeElement !== node) found.push(`takes no focus: ${node.outerHTML.slice(0, 140)}`);
    else if (around.map(look).every((text, i) => text === before[i]))
      found.push(`no visible focus: ${node.outerHTML.slice(0, 140)}`);
    node.blur();
  }
  return found;
}"""
# One page under two addresses.
SAME = {"report-version"}


def each_page(page: Page, server: Any, world: World) -> Any:
    """Opens one page after the other, as somebody who may see it; the name of each."""
    for name in pages():
        become(page, server, visitor(world, name))
        answer = page.goto(server.url + reverse(name, kwargs=world.ids.get(name)))
        assert answer is not None
        assert answer.status < 400, f"{name}: {answer.status}"
        yield name


def test_every_page_at_400_percent_and_by_keyboard(live_server: Any, browser: Browser) -> None:
    world, problems = make_world(timezone.localdate()), []
    titles: dict[str, set[str]] = defaultdict(set)
    context = browser.new_context(viewport=ZOOMED, bypass_csp=True, locale="nb-NO")  # type: ignore[arg-type]
    page = context.new_page()
    for name in each_page(page, live_server, world):
        # An address may lead on to another page.
        if name not in SAME:
            titles[page.title()].add(page.url)
        if (headings := page.locator("h1").count()) != 1:
            problems.append(f"{name}: {headings} h1")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > ZOOMED["width"]:
            problems.append(f"{name}: {width} px wide: {page.evaluate(BEYOND)}")
        problems += [f"{name}: cut off: {html}" for html in page.evaluate(CUT)]
        problems += [f"{name}: {problem}" for problem in tab_through(page)]
    context.close()
    problems += [f"one title for {names}: {title}" for title, names in titles.items() if len(names) > 1]
    assert not problems, "\n".join(problems)


def tab_through(page: Page) -> list[str]:
    """The first stop is the link past the menu; whatever can be used can be reached, and shows that it has the focus."""
    problems = []
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    has_own_start = page.locator("[autofocus]").count() or "/stemme/" in page.url
    if not has_own_start and page.evaluate("document.activeElement.className") != "ds-skip-link":
        problems.append("the first stop is not the link past the menu")
    return problems + page.evaluate(FOCUS)


def test_the_check_of_the_focus_finds_what_does_not_show_it(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        "<style>.a { outline: none }</style><a class='ds-skip-link' href='#x'>Hopp</a><a class='a' href='#y'>Ser ingenting</a>"
        "<button tabindex='-1'>Nås ikke</button><div hx-get='/'>Nås ikke</div>"
    )
    problems = tab_through(page)
    page.close()
    assert [problem.split(":")[0] for problem in problems] == [
        "no visible focus",
        "not reached by Tab",
        "not reached by Tab",
    ]


def test_every_page_opens_without_scripts(live_server: Any, browser: Browser) -> None:
    world, problems = make_world(timezone.localdate()), []
    context = browser.new_context(java_script_enabled=False, locale="nb-NO", viewport={"width": 390, "height": 844})
    page = context.new_page()
    for name in each_page(page, live_server, world):
        if not page.locator("h1").first.is_visible():
            problems.append(f"{name}: no heading")
        if len(page.locator("main").first.inner_text()) < 30:
            problems.append(f"{name}: nothing in it")
    context.close()
    assert not problems, "\n".join(problems)
