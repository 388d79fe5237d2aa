"""The shared map in a real browser: what a visitor does with mouse, fingers and keys."""

from __future__ import annotations

import pytest

from engine.export.map_page import write_map_page
from tests.browser import CHROMIUM, Browser
from tests.engine.export.mapped import Sheet, mapped_project, say, shelf

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here")

N = 40
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\"><!--{{script}}"
FREE = (700, 8)
"""A place on the window where there is paper and nothing else."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    sheets = [*shelf(N - 1), Sheet("sb02p999", "sb02", 999, "", HOSTILE)]
    with mapped_project(tmp_path_factory.mktemp("map") / "p", sheets) as made:
        kinds = {"drawing": [sheet.id for sheet in sheets[:10]], f"odd {HOSTILE}": [sheets[12].id]}
        say(made, "pages", kinds=kinds)
        yield made


@pytest.fixture(scope="module")
def folders(project, tmp_path_factory):
    place = tmp_path_factory.mktemp("written")
    for level in ("pages", "drawings"):
        write_map_page(
            project, place / level, level, cluster_names={0: f"x{HOSTILE}"}, title=f"Mine {HOSTILE}"
        )
    return place


@pytest.fixture(scope="module")
def browser():
    with Browser() as one:
        yield one


@pytest.fixture(params=["pages"])
def page(browser, folders, request):
    """The page, open and at rest; afterwards nothing may have been complained of or asked for elsewhere."""
    browser.resize(1200, 800)
    browser.prefer(color_scheme="light", reduced_motion="no-preference")
    browser.events.clear()
    browser.open((folders / request.param / "index.html").as_uri())
    rest(browser)
    yield browser
    assert browser.complaints() == []
    strangers = [url for url in browser.requests() if not url.startswith(("file:", "data:"))]
    assert strangers == [] and browser.requests()


def rest(browser: Browser) -> None:
    browser.wait_for("!mapPage.view().moving")


def count_shown(browser: Browser) -> int:
    return browser.run("mapPage.shown().length")


def at(browser: Browser, id_: str) -> tuple[float, float]:
    place = browser.run(f"mapPage.screen({id_!r})")
    return place["x"], place["y"]


def a_picture(browser: Browser) -> dict:
    """One in the middle, away from the panel and the buttons."""
    return min(browser.run("mapPage.pictures()"), key=lambda one: abs(one["x"] - 740) + abs(one["y"] - 400))


def text(browser: Browser, id_: str) -> str:
    return browser.run(f"document.getElementById({id_!r}).textContent")


def tick(browser: Browser, facet: str, name: str) -> int:
    """Click a row of the legend as a person would; the number it said."""
    where = browser.run(
        f"""(() => {{
        const row = [...document.querySelectorAll('[data-facet={facet}] .row')]
            .find((r) => r.querySelector('.name').textContent.startsWith({name!r}));
        row.scrollIntoView({{ block: "center" }});
        const box = row.getBoundingClientRect();
        const n = Number(row.querySelector('.count').textContent);
        return {{ x: box.x + 60, y: box.y + box.height / 2, n }};
        }})()"""
    )
    browser.click(where["x"], where["y"])
    rest(browser)
    return where["n"]


def opened(browser: Browser) -> str:
    """The id of the picture that is open and really there; empty when none is."""
    if not browser.run("document.getElementById('viewer').open"):
        return ""
    browser.wait_for("document.getElementById('picture').naturalWidth > 0")
    return browser.run("decodeURIComponent(location.hash.slice(1))")


@pytest.mark.parametrize("page", ["pages", "drawings"], indirect=True)
def test_it_opens_with_everything_on_it(page):
    assert page.run("mapPage.count") == count_shown(page) == N
    assert page.run("mapPage.pictures().length") > 5
    assert text(page, "shown") in ("40 pages", "40 drawings")


def test_what_is_drawn_is_seen(page, tmp_path):
    """Pixels, not only numbers: there is a picture where one should be, and paper elsewhere."""
    import numpy as np
    from PIL import Image

    page.listen(0.5)
    page.screenshot(tmp_path / "seen.png")
    seen = np.asarray(Image.open(tmp_path / "seen.png").convert("L"), dtype=float)
    one = a_picture(page)
    x, y, reach = round(one["x"]), round(one["y"]), round(one["w"] / 3)
    assert seen[y - reach : y + reach, x - reach : x + reach].std() > 10
    assert seen[2:14, 690:710].std() == 0


def test_pictures_never_overlap(page):
    for _ in range(6):
        boxes = page.run("mapPage.pictures()")
        for n, a in enumerate(boxes):
            for b in boxes[:n]:
                apart_x = abs(a["x"] - b["x"]) >= (a["w"] + b["w"]) / 2
                assert apart_x or abs(a["y"] - b["y"]) >= (a["h"] + b["h"]) / 2
        page.wheel(740, 400, -120)
        rest(page)


def test_all_become_pictures_when_one_is_near_enough(page):
    before = {one["id"] for one in page.run("mapPage.pictures()")}
    for _ in range(12):
        page.wheel(740, 400, -240)
    rest(page)
    after = {one["id"] for one in page.run("mapPage.pictures()")}
    assert before < after and len(after) == N


def test_the_wheel_holds_what_is_under_the_cursor(page):
    x, y = 655, 321
    before, view = page.run(f"mapPage.mapPoint({x}, {y})"), page.run("mapPage.view()")
    for turn in (-120, -120, -120, 120, -53):
        page.wheel(x, y, turn)
    rest(page)
    after = page.run(f"mapPage.mapPoint({x}, {y})")
    assert page.run("mapPage.view().scale") > 1.4 * view["scale"]
    assert abs(after["x"] - before["x"]) * view["scale"] < 0.01
    assert abs(after["y"] - before["y"]) * view["scale"] < 0.01


def test_a_drag_takes_the_map_along(page):
    one = a_picture(page)
    start = (one["x"], one["y"])
    page.drag(start, (start[0] + 90, start[1] - 40))
    rest(page)
    x, y = at(page, one["id"])
    assert (x, y) == pytest.approx((start[0] + 90, start[1] - 40), abs=0.6)
    assert opened(page) == "", "a drag is no click"


def test_buttons_keys_and_a_double_click_zoom(page):
    first = page.run("mapPage.view().scale")

    def after(act) -> float:
        act()
        rest(page)
        return page.run("mapPage.view().scale")

    def press(id_: str):
        box = page.run(f"(() => {{ const b = document.getElementById({id_!r}).getBoundingClientRect();"
                       " return [b.x + b.width / 2, b.y + b.height / 2]; })()")  # fmt: skip
        return lambda: page.click(*box)

    assert after(press("zoom-in")) == pytest.approx(1.8 * first, rel=0.01)
    assert after(press("zoom-out")) == pytest.approx(first, rel=0.01)
    assert after(lambda: page.click(*FREE, count=2)) == pytest.approx(2.2 * first, rel=0.01)
    page.run("document.getElementById('map').focus()")
    assert after(lambda: page.key("+")) == pytest.approx(3.3 * first, rel=0.01)
    assert after(press("zoom-fit")) == pytest.approx(first, rel=0.01)
    page.run("document.getElementById('map').focus()")
    assert after(lambda: page.key("-")) == pytest.approx(first / 1.5, rel=0.01)
    assert after(lambda: page.key("0")) == pytest.approx(first, rel=0.01)
    x = page.run("mapPage.view().x")
    page.key("ArrowRight")
    rest(page)
    assert page.run("mapPage.view().x") > x


def test_filters_by_cluster_kind_and_book(page):
    assert tick(page, "cluster", "Cluster 2") == 10
    assert count_shown(page) == 10 and text(page, "shown") == "10 of 40 pages"
    tick(page, "cluster", "Cluster 3")
    assert count_shown(page) == 20, "two clusters together"
    in_book = tick(page, "book", "sb01")
    assert in_book == count_shown(page) == 10, "the count of a book follows the clusters"
    assert all(id_.startswith("sb01") for id_ in page.run("mapPage.shown()"))
    of_kind = tick(page, "kind", "drawing")
    assert count_shown(page) == of_kind == 5
    assert {int(id_[-3:]) % 4 for id_ in page.run("mapPage.shown()")} == {2, 3}
    page.run("document.getElementById('clear').click()")
    assert count_shown(page) == N


def test_filters_that_fit_nothing_say_so_and_break_nothing(page):
    page.run("document.getElementById('query').focus()")
    page.type("no such page")
    assert count_shown(page) == 0 and not page.run("document.getElementById('empty').hidden")
    rest(page)
    page.click(700, 400)
    page.key("Escape")
    page.run("document.getElementById('clear').click()")
    assert count_shown(page) == N and page.run("document.getElementById('empty').hidden")


def test_search_by_title_opens_what_it_finds(page):
    page.key("/")
    page.type("SB01 page 7")
    assert page.run("mapPage.shown()") == ["sb01p007"]
    page.key("Enter")
    assert opened(page) == "sb01p007"
    page.key("Escape")


def test_hovering_shows_a_card_with_the_picture(page):
    one = a_picture(page)
    page.mouse("mouseMoved", one["x"], one["y"])
    page.wait_for("!document.getElementById('card').hidden")
    page.wait_for("document.querySelector('#card img').naturalWidth > 0")
    number = int(one["id"][-3:])
    assert f"page {number}" in page.run("document.querySelector('#card .name').textContent")
    page.mouse("mouseMoved", *FREE)
    page.wait_for("document.getElementById('card').hidden")


@pytest.mark.parametrize("page", ["pages", "drawings"], indirect=True)
def test_a_click_opens_the_picture_and_escape_closes_it(page):
    one = a_picture(page)
    page.click(one["x"], one["y"])
    assert opened(page) == one["id"]
    size = page.run("[document.getElementById('picture').clientWidth, innerHeight]")
    assert size[0] > 250, "it is large"
    page.key("Escape")
    page.wait_for("!document.getElementById('viewer').open && location.hash === ''")


def test_next_and_previous_go_along_the_shelf_and_round(page):
    page.run("location.hash = '#sb01p001'")
    page.wait_for("document.getElementById('viewer').open")
    page.key("ArrowRight")
    assert opened(page) == "sb01p002"
    page.run("document.getElementById('next').click()")
    assert opened(page) == "sb01p003"
    for _ in range(3):
        page.key("ArrowLeft")
    assert opened(page) == "sb02p999", "before the first comes the last"
    page.run("document.querySelector('#near button').click()")
    assert opened(page) not in ("", "sb02p999")
    page.key("Escape")


def test_next_keeps_to_the_filters(page):
    tick(page, "book", "sb02")
    one = a_picture(page)
    page.click(one["x"], one["y"])
    for _ in range(5):
        page.key("ArrowRight")
        assert opened(page).startswith("sb02")
    page.key("Escape")


def test_a_link_opens_its_picture_and_back_leads_to_the_map(page, folders):
    page.open((folders / "drawings/index.html").as_uri() + "#sb01p004%2F1")
    assert opened(page) == "sb01p004/1"
    page.key("Escape")
    page.wait_for("!document.getElementById('viewer').open")
    one = a_picture(page)
    page.click(one["x"], one["y"])
    assert opened(page) == one["id"]
    page.run("history.back()")
    page.wait_for("!document.getElementById('viewer').open")
    page.run("location.hash = '#%E0%A4%A'")
    page.run("location.hash = '#nobody'")
    page.listen(0.1)
    assert opened(page) == ""


def test_keys_alone_reach_a_picture(page):
    page.run("document.getElementById('map').focus()")
    page.key("ArrowRight", shift=True)
    said = text(page, "said")
    page.key("ArrowRight", shift=True)
    assert said and text(page, "said") != said
    page.key("Enter")
    assert opened(page) and page.run("document.activeElement.id") == "viewer-title"
    page.key("Escape")
    page.wait_for("document.activeElement.id === 'map'")


def test_every_control_has_a_name(page):
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    controls = [
        n for n in nodes if n.get("role", {}).get("value") in ("button", "checkbox", "radio", "searchbox")
    ]
    assert len(controls) > 10
    assert [n for n in controls if not n.get("name", {}).get("value", "").strip()] == []


def test_hostile_words_are_only_words(page):
    assert text(page, "shown") == "40 pages"
    assert page.run("document.title").startswith("Mine </script>")
    page.run("location.hash = '#sb02p999'")
    assert opened(page) == "sb02p999"
    assert HOSTILE in text(page, "viewer-title")
    assert page.run("document.querySelectorAll('img[src=x], [onerror]').length") == 0
    assert page.run("document.querySelectorAll('script').length") == 2
    page.key("Escape")


def test_its_own_policy_forbids_scripts_from_elsewhere(page):
    page.run("{ const s = document.createElement('script'); s.textContent = 'window.got = 1';"
             " document.body.append(s); }")  # fmt: skip
    assert page.run("window.got") is None
    page.listen(0.1)
    assert any("Content Security Policy" in said for said in page.complaints())
    page.events[:] = [event for event in page.events if event["method"] != "Log.entryAdded"]


def test_it_follows_the_dark(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.run(ground) == "rgb(242, 239, 233)"
    page.prefer(color_scheme="dark")
    page.wait_for(f"{ground} === 'rgb(29, 28, 26)'")


def test_on_a_phone_the_legend_folds_and_two_fingers_zoom(browser, page):
    page.resize(390, 844, ratio=2, phone=True)
    rest(page)
    hidden = "document.getElementById('filters').offsetParent === null"
    assert page.run(hidden)
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert all(0 <= one["x"] <= 390 and one["y"] > 50 for one in page.run("mapPage.pictures()"))
    page.run("document.getElementById('fold').click()")
    assert not page.run(hidden)
    page.run("document.getElementById('fold').click()")
    scale, held = page.run("mapPage.view().scale"), page.run("mapPage.mapPoint(200, 500)")
    page.touch("touchStart", (150, 500), (250, 500))
    for reach in (60, 80, 100):
        page.touch("touchMove", (200 - reach, 500), (200 + reach, 500))
    page.touch("touchEnd")
    rest(page)
    assert page.run("mapPage.view().scale") == pytest.approx(2 * scale, rel=0.02)
    now = page.run("mapPage.mapPoint(200, 500)")
    assert (now["x"], now["y"]) == pytest.approx((held["x"], held["y"]), abs=2 / scale)
    one = min(page.run("mapPage.pictures()"), key=lambda p: abs(p["x"] - 195) + abs(p["y"] - 450))
    page.touch("touchStart", (one["x"], one["y"]))
    page.touch("touchEnd")
    assert opened(page) == one["id"]
    page.key("Escape")


def test_at_rest_it_draws_nothing(page):
    page.listen(0.3)
    page.run("window.asked = 0; const was = window.requestAnimationFrame;"
             " window.requestAnimationFrame = (f) => { window.asked++; return was(f); }; 0")  # fmt: skip
    page.listen(0.5)
    assert page.run("window.asked") == 0
    page.wheel(740, 400, -120)
    rest(page)
    assert page.run("window.asked") > 0
