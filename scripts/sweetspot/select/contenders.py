"""The few candidates that may have the lowest score, found by one float32 product per candidate and pick.

With M the divisor of the covariance after the next pick and a = k/(k + 1), a candidate's score is (2 a/M^2) f with

    f(x) = d^T E d + (a/2) |d|^4,   d = x - m,   E = M (g C - C_t),

and one more sample, at y = x_new - m, changes E to E + a y y^T - C_t and the mean m by little. So with z = x - r and
u = m - r, where r is the mean at the last refresh,

    f(x) = z^T E z + (a/2) |d|^4 - 2 z . E u + u . E u.

The first term is followed: each pick adds a (z . y)^2 - z^T C_t z. The third and what u does to |d| are small and only
bounded, by |z . E u| <= |z| |E u| and |d| >= |z| - |u|. So is every rounding. Thus each candidate has a lower bound
that is certain, and those whose bound is above the score of one of them cannot have the lowest score. All slack is a
multiple of max(1, |z|^4), which no lower power of |z| exceeds, in units in which a typical candidate has |z| = 1.
"""

from __future__ import annotations

import numpy as np

from sweetspot.select.moments import Step

ROUNDING, FINE_ROUNDING = 2.0**-24, 2.0**-52  # of float32; of float64, and as much again
TINY = 2.0**-100  # far above what underflows in float32
FAR = 2.0**15  # units; the fourth power of a greater length, times other numbers, may be beyond float32
LARGEST = 2.0**50
TYPICAL = 0.9  # the quantile of lengths that is the unit
SHORTEST = 2.0**-60  # of the greatest length: the unit at least
BLOCK = 2048  # candidates at a time
REFRESH = 0.1  # of all candidates


class Contenders:
    """Candidates, rows (p, q), with lower bounds on f of those that are shown; at first none is.

    shown : which candidates can be picked, (p,); see `show` and `hide`.
    """

    def __init__(self, rows: np.ndarray, target: np.ndarray) -> None:
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        typical = max(np.quantile(lengths, TYPICAL), SHORTEST * lengths.max()) or 1.0
        self.unit = float(2.0 ** np.round(np.log2(typical)))
        self._is_far = lengths > FAR * self.unit
        self._far = np.flatnonzero(self._is_far)
        self._rows, self._target = rows, target / self.unit**2
        self._target_size = np.linalg.norm(self._target)
        p, q = rows.shape
        # The last row shifts x to z, which as a pass over all candidates would take longer.
        self._columns = np.ones((q + 1, p), dtype=np.float32)
        self._columns[:q] = rows.T / self.unit
        self._columns[:q, self._far] = 0
        self._weights = np.empty(q + 1, dtype=np.float32)
        self._forms = np.zeros((2, p), dtype=np.float32)
        self._followed, self._target_forms = self._forms
        # Its -inf make infinite bounds of what is hidden or far.
        self._growth, self._work = np.full((2, p), -np.inf, dtype=np.float32)
        self.shown = np.zeros(p, dtype=bool)
        self._relative, self._size, self._errors, self._looked_at = 0.0, 0.0, np.inf, 0

    def show(self, i: int) -> None:
        """Candidate i can be picked from now on."""
        self.shown[i] = True
        if self._usable() and not self._is_far[i]:
            z = self._from_centre(slice(i, i + 1))
            self._growth[i] = max(1, (z * z).sum() ** 2)

    def hide(self, i: int) -> None:
        """Candidate i cannot be picked from now on."""
        self.shown[i] = False
        self._growth[i] = -np.inf

    def follow(self, y: np.ndarray, share: float, magnitude: float) -> None:
        """E is now E + share y y^T - C_t: one more sample; or, with a negative share, + C_t: one less.

        y : the sample (q,) minus the mean before.
        magnitude : of the terms of which E is the sum, and whose roundings it has.
        """
        y = np.sqrt(abs(share)) / self.unit * y
        size = float(y @ y)
        self._size += size + self._target_size
        if not self._usable():
            return
        self._weights[:-1], self._weights[-1] = y, -(y @ self._centre)
        squares = np.matmul(self._weights, self._columns, out=self._work)
        squares *= squares
        if share > 0:
            self._followed += squares
            self._followed -= self._target_forms
        else:
            self._followed -= squares
            self._followed += self._target_forms
        # z . y is a sum of q + 1 products, each of numbers rounded twice: |x| |y| + |r| |y| <= (|z| + 2 |r|) |y|.
        product = (len(self._weights) + 4) * ROUNDING * (1 + 2 * self._shift)
        square = size * (2 * product + product**2 + ROUNDING * (1 + product) ** 2)
        # Two additions, and the subtraction of the slack from what is followed.
        sums = self._relative * self._target_size + 3 * ROUNDING * self._size
        self._errors += square + sums + TINY + 8 * FINE_ROUNDING * magnitude / self.unit**2

    def refresh(self, step: Step) -> None:
        """Compute all again, with r the mean now; `of` does so when it pays."""
        self._centre, self._share = step.mean / self.unit, step.divisor * step.weight
        form = step.divisor * step.gap / self.unit**2
        self._shift = float(np.linalg.norm(self._centre))
        self._size = float(np.linalg.norm(form)) + self._share
        # Sums of q products in sums of q products, of numbers rounded once or, up to four times z, by 2 (|z| + |r|).
        self._relative = (2 * len(form) + 20 + 8 * self._shift) * ROUNDING
        self._errors = self._relative * self._size + TINY if self._shift < FAR else np.inf
        self._looked_at = 0
        if not self._usable():
            return
        both = np.concatenate([form, self._target]).astype(np.float32)
        for first in range(0, len(self._rows), BLOCK):
            part = slice(first, first + BLOCK)
            z = self._from_centre(part)
            products = (both @ z).reshape(2, *z.shape)
            products *= z
            products.sum(axis=1, out=self._forms[:, part])
            fourth = (z * z).sum(axis=0) ** 2
            self._followed[part] += np.float32(self._share / 2) * fourth
            bounded = self.shown[part] & ~self._is_far[part]
            self._growth[part] = np.where(bounded, np.maximum(1, fourth), -np.inf)

    def of(self, step: Step) -> np.ndarray:
        """Positions of all shown candidates that may have the lowest score, and of few others, int64."""
        # What was looked at since the last refresh has cost about as much as one.
        if not self._usable() or self._looked_at > REFRESH * len(self._rows):
            self.refresh(step)
        slack, doubt = self._slack(step)
        found = self._below(step, slack, doubt) if slack < LARGEST else np.flatnonzero(self.shown)
        self._looked_at += len(found)
        return found

    def bounds(self, step: Step) -> np.ndarray:
        """Lower bounds on f(x) - u . E u in units, (p,); infinite for what is hidden or far, and if there are none."""
        slack, _ = self._slack(step)
        return self._bounds(slack).copy() if slack < LARGEST else np.full(len(self._rows), np.inf)

    def _slack(self, step: Step) -> tuple[float, float]:
        """How far bounds are below what is followed, and what float64 rounds of f; infinite if there are no bounds."""
        if not self._usable():
            return np.inf, np.inf
        share = step.divisor * step.weight
        u, pull = self._moved(step)
        moved = float(np.sqrt(u @ u))
        drift = 2 * float(np.sqrt(pull @ pull)) + 2 * share * moved + max(0.0, self._share - share) / 2
        doubt = 64 * (len(u) + 8) * FINE_ROUNDING * self._size * (1 + moved) ** 4
        return (drift + self._errors + doubt) * (1 + 2 * self._relative), doubt

    def _bounds(self, slack: float) -> np.ndarray:
        bounds = np.multiply(self._growth, np.float32(slack), out=self._work)
        return np.subtract(self._followed, bounds, out=bounds)

    def _below(self, step: Step, slack: float, doubt: float) -> np.ndarray:
        bounds = self._bounds(slack)
        lowest = int(np.argmin(bounds))
        far = self._far[self.shown[self._far]]
        if not bounds[lowest] < np.inf:
            return far
        u, pull = self._moved(step)
        d = self._rows[lowest] / self.unit - step.mean / self.unit
        f = step.divisor * (d @ step.gap @ d / self.unit**2 + step.weight / 2 * (d @ d) ** 2)
        limit = f - u @ pull + doubt * float(self._growth[lowest])
        near = np.flatnonzero(bounds <= np.nextafter(np.float32(limit), np.float32(np.inf)))
        return np.concatenate([near, far]) if far.size else near

    def _moved(self, step: Step) -> tuple[np.ndarray, np.ndarray]:
        """u and E u."""
        u = step.mean / self.unit - self._centre
        return u, step.divisor / self.unit**2 * (step.gap @ u)

    def _from_centre(self, part: slice) -> np.ndarray:
        """z as columns."""
        return self._columns[:-1, part] - self._centre.astype(np.float32)[:, None]

    def _usable(self) -> bool:
        """Whether there are bounds: not before the first refresh, and not where numbers are too large for float32."""
        return self._errors < LARGEST and self._size + self._target_size < LARGEST
