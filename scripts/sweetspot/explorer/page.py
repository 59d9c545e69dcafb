"""The interactive page: one HTML file with its data, its styles and its scripts inside, so that it needs no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plotly.offline import get_plotlyjs

from sweetspot.errors import InputError
from sweetspot.explorer.numbers import plain

DATA, LIBRARY = "data.json", "plotly.js"


def page(template: Path, parts: Mapping[str, Path], data: Any) -> str:
    """The template, with each mark `<!-- insert NAME -->` replaced by a part.

    Parameters
    ----------
    parts : files by their names; `data.json` and `plotly.js` need none.

    Raises
    ------
    InputError : the template asks for another part, or a part would end its element of the page.
    """
    texts = {name: path.read_text(encoding="utf-8") for name, path in parts.items()}
    texts |= {DATA: as_json(data), LIBRARY: get_plotlyjs()}
    pieces = template.read_text(encoding="utf-8").split("<!-- insert ")
    written = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition(" -->")
        if name not in texts:
            raise InputError(f"{template}: there is no part {name!r}; give it with --parts")
        if "</script" in texts[name].lower() or "</style" in texts[name].lower():
            raise InputError(f"{name}: it holds the end of an element, which no part of a page may")
        written += [texts[name], rest]
    return "".join(written)


def as_json(data: Any) -> str:
    """JSON that can stand inside an element of a page: the same bytes for the same data, and no `<`."""
    text = json.dumps(plain(data), allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c")
