"""Hide an installed package from others that would import it without need."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def hidden_module(name: str) -> Iterator[None]:
    """Within the block, importing `name` fails as if it were not installed, unless it has been imported before."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None
    try:
        yield
    finally:
        del sys.modules[name]
