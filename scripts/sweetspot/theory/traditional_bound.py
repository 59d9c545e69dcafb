"""Bounds of the traditional kind on training with real and synthetic data, and why they recommend no mixture.

Paper 1, Appendix D; its statement was at hand, its formulas are reconstructed. A uniform bound of the form
C/sqrt(number of samples) and a bias of at most Delta = sup_f |R(f) - R_Q(f)| are added up. In each of the three
ways of doing it the best number of synthetic samples is 0 or infinity; where their share of the loss is chosen
freely, that share may be in between, but more of them are never worse. n real and m synthetic samples; C and Delta
in units of the loss; V = C/sqrt(n).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive


def _counts(m: ArrayLike) -> np.ndarray:
    m = np.asarray(m, dtype=float)
    if not np.all(m >= 0):
        raise ValueError("m must be at least 0 (infinity is allowed)")
    return m


def separate_bound(m: ArrayLike, n: int, complexity: float, bias: float) -> np.ndarray:
    """A uniform bound for each of the two losses, weighted by a = m/(n + m); of the shape of `m`.

        (1 - a) C/sqrt(n) + a C/sqrt(m) + a Delta = V (1 + sqrt(rho))/(1 + rho) + Delta rho/(1 + rho),
        rho = m/n

    It is at least min(V, Delta), its values at rho = 0 and infinity. `complexity` is C, `bias` Delta.
    """
    rho = _counts(m) / positive("n", n)
    real, synthetic = 1 / (1 + rho), 1 - 1 / (1 + rho)
    variance = positive("complexity", complexity) / math.sqrt(n)
    # sqrt(rho)/(1 + rho) by way of the shares, so that an infinite m needs no case of its own.
    return variance * (real + np.sqrt(synthetic * real)) + not_negative("bias", bias) * synthetic


def concatenated_bound(m: ArrayLike, n: int, complexity: float, bias: float) -> np.ndarray:
    """One uniform bound for all samples together: C/sqrt(n + m) + Delta m/(n + m); of the shape of `m`.

    It is concave in 1/sqrt(n + m), so it is smallest at an end.
    """
    total = positive("n", n) + _counts(m)
    return positive("complexity", complexity) / np.sqrt(total) + not_negative("bias", bias) * (1 - n / total)


def endpoint_optimum(n: int, complexity: float, bias: float) -> float:
    """The m that minimises `separate_bound` and `concatenated_bound` alike: 0 if Delta >= V, else infinity.

    At Delta = V both ends are equal.
    """
    return 0.0 if not_negative("bias", bias) >= positive("complexity", complexity) / math.sqrt(n) else math.inf


def balance(n: int, complexity: float, bias: float) -> float:
    """The m at which variance and bias of `concatenated_bound` are equal; infinite if Delta = 0.

    m = [C^2 + C sqrt(C^2 + 4 Delta^2 n)]/(2 Delta^2). It is no optimum, though it looks like a compromise.
    """
    c, delta = positive("complexity", complexity), not_negative("bias", bias)
    if delta == 0:
        return math.inf
    return (c**2 + c * math.sqrt(c**2 + 4 * delta**2 * positive("n", n))) / (2 * delta**2)


def weighted_bound(share: ArrayLike, m: ArrayLike, n: int, complexity: float, bias: float) -> np.ndarray:
    """The bound for a loss with the share a of synthetic data, whatever their number (effective sample size).

        C sqrt((1 - a)^2/n + a^2/m) + a Delta

    of the shape that `share` (0 to 1) and `m` (above 0) broadcast to.
    """
    a, m = np.asarray(share, dtype=float), _counts(m)
    if not np.all((a >= 0) & (a <= 1)) or np.any(m == 0):
        raise ValueError("the share must be from 0 to 1 and m above 0")
    spread = np.sqrt((1 - a) ** 2 / positive("n", n) + a**2 / m)
    return positive("complexity", complexity) * spread + not_negative("bias", bias) * a


def best_share(m: ArrayLike, n: int, complexity: float, bias: float) -> np.ndarray:
    """The share a that minimises `weighted_bound`, of the shape of `m`.

        a* = [A - Delta sqrt(A B)/sqrt(C^2 (A + B) - Delta^2)]/(A + B),     A = 1/n,     B = 1/m;

    0 if Delta >= C/sqrt(n). At infinite m it is 1 or 0.
    """
    c, delta = positive("complexity", complexity), not_negative("bias", bias)
    real = 1 / positive("n", n)
    m = _counts(m)
    if delta >= c * math.sqrt(real):
        return np.zeros(m.shape)
    synthetic = 1 / np.maximum(m, np.finfo(float).tiny)
    # C^2 A > Delta^2, so the root is of a positive number.
    pull = delta * math.sqrt(real) * np.sqrt(synthetic) / np.sqrt(c**2 * (real + synthetic) - delta**2)
    return np.where(m > 0, np.clip((real - pull) / (real + synthetic), 0, 1), 0.0)


def best_weighted_bound(m: ArrayLike, n: int, complexity: float, bias: float) -> np.ndarray:
    """`weighted_bound` at `best_share`, of the shape of `m`; C/sqrt(n) at m = 0.

    It never rises with m: data that may be left out do no harm.
    """
    m = _counts(m)
    share = best_share(m, n, complexity, bias)
    return weighted_bound(share, np.where(m > 0, m, 1.0), n, complexity, bias)
