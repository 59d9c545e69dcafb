"""Small HTML documents that need nothing from elsewhere: headings, paragraphs, tables, text as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from sweetspot.files import atomic_path

STYLE = """
body { margin: 1rem auto; padding: 0 1rem; max-width: 75rem; background: #fff; color: #1a1a1a;
  font: 0.95rem/1.5 "DejaVu Sans", Verdana, Arial, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.4rem; } h2 { margin-top: 2rem; font-size: 1.1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid #c8c8c8; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #1a1a1a; }
pre { overflow-x: auto; padding: 0.7rem; background: #f6f6f6; font-size: 0.8rem; }
"""


def document(title: str, *parts: str) -> str:
    """A whole document, with a heading; the parts are HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{escape(title)}</h1>\n{chr(10).join(parts)}\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    """A heading of a part."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def as_it_is(text: str) -> str:
    """Text with its own lines, such as code."""
    return f'<pre tabindex="0">{escape(text)}</pre>'


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of text; wide ones scroll by themselves."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(each))}</td>" for each in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def write(text: str, path: Path) -> None:
    """Write a document, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
