"""What tests of the generator share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def steps_kept() -> Callable[[Path], int]:
    """The newest step of any checkpoint in a folder; 0 if there is none."""

    def newest(folder: Path) -> int:
        return max((int(file.stem.split("_")[1]) for file in folder.glob("*/*/step_*.pt")), default=0)

    return newest
