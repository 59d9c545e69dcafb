"""The config to plan."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from sweetspot.load_config import read_config

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def default():
    """The content of config.yaml."""
    return read_config(ROOT / "config.yaml")


@pytest.fixture
def content(default):
    """The same, to be changed."""
    return copy.deepcopy(default)
