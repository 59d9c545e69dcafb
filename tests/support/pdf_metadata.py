"""What a PDF of matplotlib's says of itself."""

from __future__ import annotations

import re
from pathlib import Path


def pdf_title(path: Path) -> str:
    """The title in a PDF's information dictionary, which is not compressed."""
    return re.search(rb"/Title \(([^)]*)\)", path.read_bytes())[1].decode()
