"""The greedy order against reference numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.select.greedy import greedy
from sweetspot.select.moments import Moments

I, J = np.arange(200)[:, None], np.arange(6)
WAVES = np.sin(1.3 * I * (J + 1) + 0.7 * J) * (1 + 0.5 * np.cos(0.9 * I)) * np.linspace(2, 0.5, 6) + 0.3


@pytest.mark.parametrize(
    ("convention", "picks", "distance"),
    [
        ("population", [0, 116, 187, 5, 24, 61, 45, 75, 47, 169], 0.32523216),
        ("sample", [0, 58, 111, 100, 87, 5, 176, 51, 47, 148], 0.34183296),
    ],
)
def test_reference_order(convention, picks, distance):
    target = np.diag(np.linspace(1, 0.3, 6))
    order = greedy(WAVES, target, 30, convention, first=0)
    assert order[:10].tolist() == picks
    covariance = np.cov(WAVES[order], rowvar=False, ddof=convention == "sample")
    assert np.linalg.norm(covariance - target) == pytest.approx(distance, abs=5e-9)
    moments = Moments(target, convention)
    for pick in order:
        moments.add(WAVES[pick])
    assert moments.distance() == pytest.approx(distance, abs=5e-9)
