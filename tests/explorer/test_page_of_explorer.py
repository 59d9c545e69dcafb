"""The interactive page holds all that it needs, the same to the byte each time."""

from __future__ import annotations

import json

import pytest

from sweetspot.errors import InputError
from sweetspot.explorer.page import as_json, page

LARGEST = 6e6  # bytes


def test_the_page_is_small_enough_and_names_no_address_to_load(explorer):
    text = explorer.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert "<!-- insert" not in text
    head = text[: text.index('id="data"')]
    assert "default-src 'none'" in head
    assert "src=" not in head.replace("default-src=", "")
    assert "http" not in head.replace("http-equiv", "")


def test_equal_tables_give_equal_bytes(explorer, make_explorer, tmp_path):
    assert make_explorer(tmp_path / "again.html", "1").read_bytes() == explorer.read_bytes()


def test_parts_are_put_where_the_template_asks_for_them(tmp_path):
    template, style = tmp_path / "page.html", tmp_path / "style.css"
    template.write_text("a<!-- insert style.css -->b<!-- insert data.json -->c")
    style.write_text("body {}")
    assert page(template, {"style.css": style}, {"x": [1, None]}) == 'abody {}b{"x":[1,null]}c'


@pytest.mark.parametrize(
    ("asked", "content", "words"),
    [("other.css", "", "there is no part 'other.css'"), ("style.css", "x </STYLE> y", "the end of an element")],
)
def test_parts_that_do_not_fit_are_refused(tmp_path, asked, content, words):
    template, style = tmp_path / "page.html", tmp_path / "style.css"
    template.write_text(f"a<!-- insert {asked} -->b")
    style.write_text(content)
    with pytest.raises(InputError, match=words):
        page(template, {"style.css": style}, {})


def test_no_name_can_end_the_element_of_the_data():
    text = as_json({"b": "</script><script>alert(1)</script>", "a": 1})
    assert "<" not in text
    assert json.loads(text) == {"a": 1, "b": "</script><script>alert(1)</script>"}
    assert text.index('"a"') < text.index('"b"')
