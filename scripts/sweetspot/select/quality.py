"""How good a selection is: how near to the real features, how diverse, and how much of either lies within the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from sweetspot.errors import InputError
from sweetspot.measure.frechet import frechet_distance
from sweetspot.select.checks import check_features
from sweetspot.select.moments import covariance
from sweetspot.select.principal_components import PrincipalComponents

NEIGHBOURS = 3  # Kynkäänniemi et al.
BLOCK_VALUES = 2**20  # 8 MB at a time


@dataclass(frozen=True)
class Quality:
    """Measures of selected features S against the real ones R.

    covariance_distance : |C_S - C_R|_F/|C_R|_F on principal components of R, covariances divided by the count; 0 is
        best, 1 is what samples without any variance have.
    frechet : the squared distance of fitted Gaussians on the same components, see `frechet_distance`; in squared
        units of the features.
    diversity : the mean squared distance of two selected samples over that of two real ones; 1 is as diverse.
    """

    covariance_distance: float
    frechet: float
    diversity: float


def quality(real: np.ndarray, selected: np.ndarray, components: PrincipalComponents) -> Quality:
    """The measures of `Quality` of selected features (n, d) against real ones (n_real, d), whose `components` are given
    so that they are fitted once for many selections; each set of 2 rows or more.

    Raises
    ------
    InputError : features that do not fit, see `check_features`; a single selected sample.
    """
    real, selected = check_features(real, selected, 1)
    if len(selected) < 2:
        raise InputError("one selected sample has no covariance; select 2 or more")
    a, b = components.project(real), components.project(selected)
    return Quality(
        covariance_distance=_covariance_distance(a, b),
        frechet=frechet_distance(a, b) * components.unit * components.unit,
        # In a unit in which no square overflows.
        diversity=_spread(selected / components.unit) / _spread(real / components.unit),
    )


def manifold_share(reference: np.ndarray, samples: np.ndarray) -> float:
    """The share of samples (n, d) that are as near to a reference (m, d) as its 3rd nearest other reference is.

    Of real references and selected samples this is the precision of the selection, and the other way round its recall
    (Kynkäänniemi et al., NeurIPS 2019). NaN if there are no more than 3 references.
    """
    if len(reference) <= NEIGHBOURS:
        return float("nan")
    step = max(1, BLOCK_VALUES // len(reference))
    # The nearest one is the reference itself, at distance 0.
    radii = np.concatenate(
        [
            np.partition(cdist(reference[first : first + step], reference), NEIGHBOURS, axis=1)[:, NEIGHBOURS]
            for first in range(0, len(reference), step)
        ]
    )
    inside = sum(
        int(np.any(cdist(samples[first : first + step], reference) <= radii, axis=1).sum())
        for first in range(0, len(samples), step)
    )
    return inside / len(samples)


def _covariance_distance(real: np.ndarray, selected: np.ndarray) -> float:
    """Of coordinates (n_real, q) and (n, q)."""
    goal, reached = covariance(real), covariance(selected)
    return float(np.linalg.norm(reached - goal) / np.linalg.norm(goal))


def _spread(features: np.ndarray) -> float:
    """The mean squared distance of two different rows: twice the trace of the covariance over n - 1."""
    return 2 * float(np.var(features, axis=0, ddof=1).sum())
