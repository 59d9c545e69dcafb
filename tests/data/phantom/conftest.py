"""One template and one subject for the tests of the phantom."""

from __future__ import annotations

import pytest

from sweetspot.config.phantom import Anatomy
from sweetspot.data.phantom.anatomy import deformed_brain
from sweetspot.data.phantom.template import load_template

FIELD_OF_VIEW = (-10.0, 50.0)


@pytest.fixture(scope="session")
def template():
    return load_template(2)


@pytest.fixture(scope="session")
def brain(template):
    return deformed_brain(template, Anatomy(), FIELD_OF_VIEW, "sub-01", 0)
