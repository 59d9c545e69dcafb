"""The interactive page in a browser: nothing is loaded, nothing complains, and every control changes what is drawn."""

from __future__ import annotations

import pytest
from browser import PHONE, WIDE, opened

PLOTS = ("curve", "bound", "predictions", "risk")
CHOICES = {"task": "brains", "experiment": "domain_shift", "arm": "more_real", "quality": "noise=2", "metric": "error"}
SLIDERS = ("noise", "distance", "decay", "samples")


@pytest.fixture(scope="module", params=[WIDE, PHONE], ids=["wide", "phone"])
def window(request, explorer):
    with opened(explorer, request.param) as found:
        found.page.wait_for_selector("#risk .scatterlayer path")
        yield found
        assert found.requests == []
        assert found.complaints == []


@pytest.fixture
def page(window):
    """The page as it is at first, with the task that has predictions."""
    window.page.reload()
    window.page.wait_for_selector("#risk .scatterlayer path")
    window.page.select_option("#task", "digits")
    return window.page


def drawn(page, name):
    """Everything in a plot, as markup without the ids that are new each time."""
    return page.evaluate(
        """(name) => [...document.querySelectorAll(`#${name} .scatterlayer path, #${name} .shapelayer path`)]
            .map((each) => `${each.getAttribute("d")} ${each.getAttribute("transform")} ${each.getAttribute("style")}`)
            .join(";") + document.querySelector(`#${name} .infolayer`)?.textContent""",
        name,
    )


def test_all_is_drawn_and_fits_the_window(window, page):
    for name in PLOTS:
        box = page.locator(f"#{name} .main-svg").first.bounding_box()
        assert box["width"] > 300, name
        assert box["height"] > 150, name
        assert page.locator(f"#{name}").get_attribute("aria-label")
    assert window.overflow() <= 0


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice_changes_what_is_drawn(page, name):
    if name == "experiment":
        page.select_option("#task", "brains")
    before = drawn(page, "curve")
    page.select_option(f"#{name}", CHOICES[name])
    assert drawn(page, "curve") != before


@pytest.mark.parametrize("name", SLIDERS)
def test_each_slider_changes_the_bound_with_keys_alone(page, name):
    before = drawn(page, "risk"), page.locator("#theory-words").text_content()
    slider = page.locator(f"#{name}")
    slider.focus()
    page.keyboard.press("ArrowRight")
    after = drawn(page, "risk"), page.locator("#theory-words").text_content()
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert slider.get_attribute("aria-valuetext") == page.locator(f"#{name}-value").text_content()


def test_the_bounds_optimum_is_that_of_the_grid(page):
    page.locator("#distance").press("Home")
    assert "equal" in page.locator("#theory-words").text_content()
    page.locator("#distance").press("End")
    data = page.evaluate("DATA.theory")
    at = 0
    for name in SLIDERS:
        at = at * len(data["axes"][name]) + int(page.locator(f"#{name}").input_value())
    value = data["optima"]["bound"][at]
    found = page.evaluate("element('risk').data.find((each) => each.name.startsWith('lowest, bound')).x")
    assert found == [value]


def test_every_control_has_a_name_and_is_reached_with_the_tabulator(page):
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    enabled = [name for name in (*CHOICES, *SLIDERS) if page.locator(f"#{name}").is_enabled()]
    assert [name for name in dict.fromkeys(reached) if name in enabled] == enabled
    for name in (*CHOICES, *SLIDERS):
        assert page.evaluate(f"document.getElementById('{name}').labels.length") == 1


def test_hovering_tells_the_record(page, tables):
    name = tables.jobs["results/downstream/digits/in_domain/synthetic/noise=0/ratio=4.csv"][:12]
    page.locator("#curve").scroll_into_view_if_needed()
    place = page.evaluate(
        """() => {
            const { data, _fullLayout: { _size: size, xaxis, yaxis } } = element("curve");
            const { x, y } = data.at(-1);
            return { x: size.l + xaxis.d2p(x.at(-1)), y: size.t + yaxis.d2p(y.at(-1)) };
        }"""
    )
    page.locator("#curve").hover(position=place)
    page.wait_for_selector("#curve .hovertext")
    assert f"record {name}" in page.locator("#curve .hovertext").first.text_content()


def test_the_table_has_the_numbers_and_records_of_the_curve(page, tables):
    page.locator("summary").click()
    rows = page.locator("#numbers tbody tr")
    assert rows.count() == 3
    cells = rows.nth(2).locator("td").all_text_contents()
    assert cells[:2] == ["4", "3"]
    name = tables.jobs["results/downstream/digits/in_domain/synthetic/noise=0/ratio=4.csv"][:12]
    assert cells[4] == name
    assert tables.ids["runs"][:12] in page.locator("#records").text_content()


def test_what_real_data_have_not_is_not_drawn(page):
    page.select_option("#arm", "more_real")
    assert page.locator("#bound").is_hidden()
    assert page.locator("#predictions").is_hidden()
    page.select_option("#arm", "synthetic")
    assert page.locator("#bound .scatterlayer path").first.is_visible()
