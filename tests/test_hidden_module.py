"""A hidden package cannot be imported inside the block, and can afterwards."""

from __future__ import annotations

import importlib
import sys

import pytest

from sweetspot.hidden_module import hidden_module


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.delitem(sys.modules, "wave", raising=False)


def test_it_is_hidden_inside_and_back_after(fresh):
    with hidden_module("wave"), pytest.raises(ImportError):
        importlib.import_module("wave")
    assert importlib.import_module("wave").__name__ == "wave"


def test_an_error_inside_does_not_leave_it_hidden(fresh):
    with pytest.raises(ZeroDivisionError), hidden_module("wave"):
        1 / 0  # noqa: B018
    assert importlib.import_module("wave")


def test_what_is_imported_already_stays(fresh):
    module = importlib.import_module("wave")
    with hidden_module("wave"):
        assert importlib.import_module("wave") is module
    assert sys.modules["wave"] is module
