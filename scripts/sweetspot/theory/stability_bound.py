"""How far the test risk of a model trained on a mixture may be above its training loss: a bound that is U-shaped
in the ratio lambda of synthetic to real data.

Paper 1, Theorems 3.1 (in domain) and 5.2 (domain shift). Their text was at hand: stability of the minimiser from
strong convexity and a small-ball condition, plus a Wasserstein distance. The constants and exponents were not, so
those here are this project's extension, proven from these assumptions: the models are a convex class of
L-Lipschitz functions; the loss is mu-strongly convex and G-Lipschitz in the prediction, and Lambda-Lipschitz in
the sample; the synthetic law gives every ball of radius e around a point of either support at least c e^d.
The constants are very loose: the bound is for its shape, not for its numbers.

Ratios and distances may be arrays, which broadcast. d = `dimension`; q = 1/(d + 1).
"""

from __future__ import annotations

import math

import numpy as np
import scipy.optimize
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive, ratios


def stability_constant(
    gradient: float, lipschitz: float, strong_convexity: float, small_ball: float, dimension: float
) -> float:
    """C1 = G [8 G (4 L)^d/(c mu)]^{1/(d + 1)}, in units of the loss.

    With one of N real samples exchanged the minimiser f moves by Delta, for which strong convexity gives
    mu w ||Delta||_{L2(Q)}^2 <= (1 - w) 2 G |Delta|_inf/N, w = lambda/(1 + lambda), and the small-ball condition
    |Delta|_inf^{d + 2} <= 4 (4 L)^d ||Delta||_{L2(Q)}^2/c.

    Parameters
    ----------
    gradient : G.
    lipschitz : L.
    strong_convexity : mu.
    small_ball : c.
    """
    g, d = positive("gradient", gradient), positive("dimension", dimension)
    reach = (4 * positive("lipschitz", lipschitz)) ** d
    curvature = positive("small_ball", small_ball) * positive("strong_convexity", strong_convexity)
    return g * (8 * g * reach / curvature) ** (1 / (d + 1))


def stability(constant: float, dimension: float, n: int, lambdas: ArrayLike) -> np.ndarray:
    """beta = C1 (lambda N)^-q: by how much the loss on any sample changes if one real sample is exchanged."""
    exponent = 1 / (positive("dimension", dimension) + 1)
    return positive("constant", constant) * (ratios(lambdas) * positive("n", n)) ** -exponent


def gap_bound(
    constant: float, slope: float, distance: ArrayLike, dimension: float, n: int, lambdas: ArrayLike
) -> np.ndarray:
    """Theorem 3.1: an upper bound on the expected test risk minus training loss of the mixture's minimiser.

        Phi(lambda) = [C1 (lambda N)^-q + C2 W lambda]/(1 + lambda)

    Parameters
    ----------
    constant : C1, see `stability_constant`.
    slope : C2 = Lambda, the Lipschitz constant of the loss in the sample.
    distance : W >= 0, the Wasserstein distance W2 of real and synthetic samples.

    Phi falls from infinity; for W > 0 it has one minimum and rises to C2 W at lambda = infinity.
    """
    return shift_gap_bound(constant, slope, 0.0, distance, dimension, n, lambdas)


def gap_optimum(constant: float, slope: float, distance: float, dimension: float, n: int) -> float:
    """The lambda that minimises `gap_bound`; infinite if W = 0.

        C2 W = S [q lambda^{-q-1} + (1 + q) lambda^-q],     S = C1 N^-q

    whose right side falls from infinity to 0, so that there is one root. It falls with W and with N.
    """
    return shift_gap_optimum(constant, slope, 0.0, not_negative("distance", distance), dimension, n)


def shift_gap_bound(
    constant: float,
    slope: float,
    source_distance: ArrayLike,
    generator_distance: ArrayLike,
    dimension: float,
    n: int,
    lambdas: ArrayLike,
) -> np.ndarray:
    """Theorem 5.2: the bound with real samples of a source domain, tested on a target domain.

        Phi(lambda) = [C1 (lambda N)^-q + C2 W_S + C2 W_Q lambda]/(1 + lambda)

    Parameters
    ----------
    source_distance : W_S >= 0, Wasserstein distance of source and target.
    generator_distance : W_Q >= 0, of the synthetic samples and the target.
    """
    lambdas = ratios(lambdas)
    source, generator = np.asarray(source_distance, dtype=float), np.asarray(generator_distance, dtype=float)
    if not (np.all(source >= 0) and np.all(generator >= 0)):
        raise ValueError("distances must be at least 0")
    slope = positive("slope", slope)
    # With the weights of both parts an infinite lambda needs no case of its own.
    synthetic = 1 / (1 + 1 / lambdas)
    real = 1 / (1 + lambdas)
    return (stability(constant, dimension, n, lambdas) + slope * source) * real + slope * generator * synthetic


def shift_gap_optimum(
    constant: float, slope: float, source_distance: float, generator_distance: float, dimension: float, n: int
) -> float:
    """The lambda that minimises `shift_gap_bound`: `gap_optimum` at W = W_Q - W_S.

    Infinite if W_Q <= W_S: synthetic data nearer to the target than the source is are used to the full.
    """
    exponent = 1 / (positive("dimension", dimension) + 1)
    level = positive("constant", constant) * positive("n", n) ** -exponent
    excess = not_negative("generator_distance", generator_distance) - not_negative("source_distance", source_distance)
    if positive("slope", slope) * excess <= 0:
        return math.inf
    height = math.log(slope * excess / level)

    def difference(logarithm: float) -> float:
        return math.log(exponent * math.exp(-logarithm) + 1 + exponent) - exponent * logarithm - height

    # Each asymptote leaves out a positive term, so the root is above both; at the root one of the two terms is at
    # least half of the sum, so it is not far above.
    low = max(_asymptotes(exponent, height))
    logarithm = scipy.optimize.brentq(difference, low - 1, low + math.log(2) / exponent + 1, xtol=1e-14, rtol=1e-14)
    return math.exp(logarithm) if logarithm < math.log(np.finfo(float).max) else math.inf


def optimum_asymptotes(constant: float, slope: float, distance: float, dimension: float, n: int) -> tuple[float, float]:
    """What `gap_optimum` tends to where it is large and where it is small, as closed forms.

        [(1 + q) S/(C2 W)]^{1/q}     and     [q S/(C2 W)]^{1/(1 + q)},     S = C1 N^-q

    Both are below it. The first is ((d + 2) C1/((d + 1) C2 W))^{d + 1}/N: it falls as W^-(d + 1).
    """
    exponent = 1 / (positive("dimension", dimension) + 1)
    level = positive("constant", constant) * positive("n", n) ** -exponent
    height = math.log(positive("slope", slope) * positive("distance", distance) / level)
    large, small = _asymptotes(exponent, height)
    return math.exp(large), math.exp(small)


def _asymptotes(exponent: float, height: float) -> tuple[float, float]:
    """Logarithms of the two asymptotes; height is log(C2 W/S)."""
    return (math.log(1 + exponent) - height) / exponent, (math.log(exponent) - height) / (1 + exponent)
