"""The points of figures selection_1 and selection_3: the theory at each, and what to simulate there.

Each panel varies one thing in one of two settings, with isotropic real data unless it says otherwise:
- n > p: 100 real and 300 synthetic samples of 100 features, sigma = 1;
- n < p: 45 and 75 samples of 240 features, sigma^2 = 0.5 and coefficients of unit length in a uniform direction.
The theory's error falls as 1/|p - n|; here it is about 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.theory.joint_means import joint_risk, synthetic_only_risk
from sweetspot.theory.joint_simulation import Population, Setting
from sweetspot.theory.joint_training import covariance_risk, enough_real, extra_risk_bound
from sweetspot.theory.two_populations import moment_risk

BETWEEN = 3  # steps of the theory's lines from one simulated point to the next

FEATURES, N_REAL, N_SYNTHETIC = 100, 100, 300
MEAN_LENGTH = 10.0  # that of a centred sample: sqrt(p)
LEVELS = np.tile([0.5, 1.5], FEATURES // 2)  # variances of the synthetic features where means are varied
ALONG, ACROSS = np.ones(FEATURES) / 10, np.tile([1, 1, -1, -1], FEATURES // 4) / 10  # orthogonal directions
SHARE = 0.05  # of R_u: what means may add if there are enough real data

MANY_FEATURES, FEW_REAL, FEW_SYNTHETIC, FEW_NOISE = 240, 45, 75, 0.5

ANGLES, LENGTHS = np.linspace(-1, 1, 7), np.array([0, 2.5, 5, 10, 15, 20])
REAL_COUNTS = np.array([10, 20, 40, 80, 160, 320])
ANISOTROPIES, REAL_ANISOTROPIES = 10.0 ** (np.arange(-2, 8) / 3), (1.0, 10.0)
SCALES = np.geomspace(0.5, 4, 7)

JOINT, ALONE = "joint training", "synthetic data alone"
NO_MEANS, MEANS, BOUND, ENOUGH = "without means", "with means", "bound", "enough"
SCALED_FEW = "matched, n < p"


@dataclass(frozen=True)
class Point:
    """A point of a panel. Its change is relative to a reference: the series and x of another point of the panel."""

    panel: str
    series: str
    x: float
    reference: tuple[str, float]
    theory: float
    setting: Setting | None = None

    @property
    def key(self) -> tuple[str, str, float]:
        return (self.panel, self.series, self.x)


def all_points() -> list[Point]:
    """The points of all panels.

    panel : `angle` and `length` (of the means), `enough` (real data), `anisotropy` and `anisotropy_few` (of the
        synthetic covariance for n > p and n < p), `scale` (of the synthetic features).
    """
    return [*_angles(), *_lengths(), *_enough(), *_anisotropies(), *_scales()]


def _line(simulated: Sequence[float], logarithmic: bool = False) -> Iterator[tuple[float, bool]]:
    """Each x of a curve, and whether it is simulated."""
    at = np.log(simulated) if logarithmic else np.asarray(simulated, dtype=float)
    for index in range(BETWEEN * (at.size - 1) + 1):
        if index % BETWEEN == 0:
            yield float(simulated[index // BETWEEN]), True
        else:
            x = np.interp(index / BETWEEN, np.arange(at.size), at)
            yield float(math.exp(x) if logarithmic else x), False


def _means(panel: str, x: float, reference: float, synthetic_mean: np.ndarray, drawn: bool) -> Iterator[Point]:
    """Joint training, and training on synthetic data alone, at one pair of means."""
    real_mean, moments = MEAN_LENGTH * ALONG, (np.eye(FEATURES), np.diag(LEVELS))
    synthetic = Population(moments[1], synthetic_mean, N_SYNTHETIC)
    theories = (
        (JOINT, N_REAL, joint_risk(*moments, real_mean, synthetic_mean, N_REAL, N_SYNTHETIC)),
        (ALONE, 0, synthetic_only_risk(*moments, real_mean, synthetic_mean, N_SYNTHETIC)),
    )
    for series, n_real, theory in theories:
        setting = Setting(Population(moments[0], real_mean, n_real), synthetic) if drawn else None
        yield Point(panel, series, x, (series, reference), float(theory), setting)


def _angles() -> Iterator[Point]:
    for cosine, drawn in _line(ANGLES):
        direction = cosine * ALONG + math.sqrt(1 - cosine**2) * ACROSS
        yield from _means("angle", cosine, 1.0, MEAN_LENGTH * direction, drawn)


def _lengths() -> Iterator[Point]:
    for length, drawn in _line(LENGTHS):
        yield from _means("length", length, 0.0, MEAN_LENGTH * ALONG + length * ACROSS, drawn)


def _enough() -> Iterator[Point]:
    """Orthogonal means, with more and more real data."""
    least = enough_real(LEVELS, N_SYNTHETIC, SHARE)
    yield from _at_count(least, False)
    yield Point("enough", ENOUGH, least, (NO_MEANS, least), _bound(least))
    for n_real, drawn in [*_line(REAL_COUNTS, logarithmic=True), (float(math.ceil(least)), True)]:
        yield from _at_count(n_real, drawn)


def _at_count(n_real: float, drawn: bool) -> Iterator[Point]:
    covariances, means = (np.eye(FEATURES), np.diag(LEVELS)), (MEAN_LENGTH * ALONG, MEAN_LENGTH * ACROSS)
    reference = (NO_MEANS, n_real)
    theories = (
        (NO_MEANS, 0.0, float(covariance_risk(LEVELS, n_real, N_SYNTHETIC))),
        (MEANS, 1.0, float(joint_risk(*covariances, *means, n_real, N_SYNTHETIC))),
    )
    for series, scale, theory in theories:
        setting = None
        if drawn:
            counts = (int(n_real), N_SYNTHETIC)
            populations = [Population(s, scale * mu, n) for s, mu, n in zip(covariances, means, counts, strict=True)]
            setting = Setting(*populations)
        yield Point("enough", series, n_real, reference, theory, setting)
    yield Point("enough", BOUND, n_real, reference, _bound(n_real))


def _bound(n_real: float) -> float:
    return float(sum(risk(LEVELS, n_real, N_SYNTHETIC) for risk in (covariance_risk, extra_risk_bound)))


def _geometric(anisotropy: float, features: int) -> np.ndarray:
    """Variances in geometric progression with this ratio of the last to the first, and mean 1."""
    levels = anisotropy ** np.linspace(-0.5, 0.5, features)
    return levels / levels.mean()


def _many(real: np.ndarray, relative: np.ndarray, drawn: bool) -> tuple[float, Setting | None]:
    """n > p: theory and setting with real variances and eigenvalues l of M^T M."""
    setting = _centred(real, relative, N_REAL, N_SYNTHETIC) if drawn else None
    return float(covariance_risk(relative, N_REAL, N_SYNTHETIC)), setting


def _few(real: np.ndarray, relative: np.ndarray, drawn: bool) -> tuple[float, Setting | None]:
    """n < p, the same."""
    features = real.size
    moments = np.broadcast_to((np.eye(features) / features)[:, None], (2, features, 2, features))
    covariances, counts = [np.diag(real), np.diag(real * relative)], (FEW_REAL, FEW_SYNTHETIC)
    setting = _centred(real, relative, *counts, FEW_NOISE, 1.0) if drawn else None
    return float(moment_risk(covariances, moments, [FEW_NOISE] * 2, counts)), setting


def _centred(real: np.ndarray, relative: np.ndarray, n_real: int, n_synthetic: int, *others: float) -> Setting:
    mean = np.zeros(real.size)
    populations = (Population(np.diag(real), mean, n_real), Population(np.diag(real * relative), mean, n_synthetic))
    return Setting(*populations, *others)


def _anisotropies() -> Iterator[Point]:
    """Synthetic variances with any anisotropy in the eigenvectors of the real ones, Tr M^T M = p."""
    for panel, features, at in (("anisotropy", FEATURES, _many), ("anisotropy_few", MANY_FEATURES, _few)):
        for of_real in REAL_ANISOTROPIES:
            series = f"real {of_real:g}"
            for x, drawn in _line(ANISOTROPIES, logarithmic=True):
                theory, setting = at(_geometric(of_real, features), _geometric(x / of_real, features), drawn)
                yield Point(panel, series, x, (series, of_real), theory, setting)


def _scales() -> Iterator[Point]:
    """Synthetic features times eta, of isotropic data: matched for n > p and n < p, and with anisotropy 10."""
    for series, features, anisotropy, at in (
        ("matched", FEATURES, 1.0, _many),
        ("anisotropy 10", FEATURES, 10.0, _many),
        (SCALED_FEW, MANY_FEATURES, 1.0, _few),
    ):
        for eta, drawn in _line(SCALES, logarithmic=True):
            theory, setting = at(np.ones(features), eta**2 * _geometric(anisotropy, features), drawn)
            yield Point("scale", series, eta, (series, 1.0), theory, setting)
