"""Lower bounds on the scores of all candidates at once, kept up to date by one float32 product per candidate and pick.

With M the divisor of the covariance after the next pick and a = k/(k + 1), a candidate's score is (2 a/M^2) f with

    f(x) = d^T E d + (a/2) |d|^4,   d = x - m,   E = M (g C - C_t),

and one more sample, at y = x_new - m, changes E to E + a y y^T - C_t and the mean m by little. So with z = x - r and
u = m - r, where r is the mean at the last refresh,

    f(x) = z^T E z + (a/2) |d|^4 - 2 z . E u + u . E u.

The first term is followed: each pick adds a (z . y)^2 - z^T C_t z. The third and what u does to |d| are small and only
bounded, by |z . E u| <= |z| |E u| and |d| >= |z| - |u|. So is every rounding: what is below a bound is so for certain.
All bounds are multiples of max(1, |z|^4), which no power of |z| up to the fourth exceeds, in units in which a typical
candidate has |z| = 1.
"""

from __future__ import annotations

import numpy as np

from sweetspot.select.moments import Step

ROUNDING, FINE_ROUNDING = 2.0**-24, 2.0**-52  # of float32; of float64, and as much again
TINY = 2.0**-100  # far above what underflows in float32
FAR = 2.0**15  # typical lengths; the fourth power of a longer one, times others, may overflow
LARGEST = 2.0**50
TYPICAL = 0.9  # the quantile of lengths that is the unit
SHORTEST = 2.0**-60  # of the largest length: the unit at least
BLOCK = 4096  # rows at a time


class LowerBounds:
    """Lower bounds on f(x) - u . E u of those candidates, rows (p, q), that are shown.

    far : which candidates are too long for float32, (p,); they have no bound and are never among `below`.
    """

    def __init__(self, rows: np.ndarray, target: np.ndarray) -> None:
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        typical = max(np.quantile(lengths, TYPICAL), SHORTEST * lengths.max()) or 1.0
        self._unit = float(2.0 ** np.round(np.log2(typical)))
        self.far = lengths > FAR * self._unit
        self._rows, self._target = rows, target / self._unit**2
        p, q = rows.shape
        # The last row is for the shift of z: as a pass over all candidates it would take longer.
        self._columns = np.ones((q + 1, p), dtype=np.float32)
        self._columns[:q] = np.where(self.far, 0, rows.T / self._unit)
        self._followed, self._target_forms, self._growth, self._work = np.zeros((4, p), dtype=np.float32)
        self._shown = np.zeros(p, dtype=bool)
        self._errors = np.inf

    @property
    def usable(self) -> bool:
        """Whether there are bounds: not before the first refresh, nor where numbers are too large for float32."""
        return self._errors < LARGEST

    def show(self, i: int) -> None:
        """Candidate i can be picked from now on; `step` of the last refresh or change."""
        self._shown[i] = True

    def refresh(self, step: Step, shown: np.ndarray) -> None:
        """Compute all from float64, with r the mean now, for the candidates that are shown, (p,)."""
        self._centre, self._share = step.mean, step.divisor * step.weight
        form = step.divisor * step.gap / self._unit**2
        self._shift = np.linalg.norm(self._centre) / self._unit
        self._target_size = np.linalg.norm(self._target)
        self._size = np.linalg.norm(form) + self._share
        self._errors = 2 * ROUNDING * self._size + TINY if self._size + self._shift < LARGEST else np.inf
        if not self.usable:
            return
        shown = shown & ~self.far
        for first in range(0, len(self._rows), BLOCK):
            part = slice(first, first + BLOCK)
            z = np.where(self.far[part, None], 0, (self._rows[part] - self._centre) / self._unit)
            fourth = np.einsum("ij,ij->i", z, z) ** 2
            followed = np.einsum("ij,ij->i", z @ form, z) + self._share / 2 * fourth
            self._followed[part] = np.where(shown[part], followed, np.inf)
            self._target_forms[part] = np.einsum("ij,ij->i", z @ self._target, z)
            self._growth[part] = np.maximum(1, fourth)
