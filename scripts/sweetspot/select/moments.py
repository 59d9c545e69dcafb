"""Mean and covariance of the samples picked so far, and what adding one more does to their distance from a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DDOF = {"population": 0, "sample": 1}  # what each convention takes off the count, as numpy's ddof does
BLOCK_VALUES = 2**20  # 8 MB at a time


def covariance(rows: np.ndarray, convention: str = "population") -> np.ndarray:
    """Of rows (n, q), (q, q), divided by n (`population`) or by n - 1 (`sample`)."""
    return np.cov(rows, rowvar=False, ddof=degrees_taken(convention)).reshape(rows.shape[1], rows.shape[1])


def degrees_taken(convention: str) -> int:
    """What a convention takes off the count; raises ValueError for an unknown one."""
    if convention not in DDOF:
        raise ValueError(f"convention must be {' or '.join(DDOF)}, not {convention!r}")
    return DDOF[convention]


@dataclass(frozen=True, eq=False)
class Step:
    """What one more sample x does: with d = x - mean and c = `weight` the covariance becomes target + gap + c d d^T.

    mean : m of the picked samples, (q,).
    gap : g C - C_t, (q, q).
    weight : c.
    divisor : what the scatter about the mean is divided by after the addition.
    """

    mean: np.ndarray
    gap: np.ndarray
    weight: float
    divisor: int

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """2 c d^T gap d + c^2 |d|^4 for rows (n, q): what each adds to |gap|_F^2, the squared distance, (n,).

        A row has the same score, to the last bit, whichever rows it stands among: no matrix product is used, whose
        order of summation depends on a row's place, and the layout in memory is always the same.
        """
        found = np.empty(len(rows))
        step = max(1, BLOCK_VALUES // self.gap.size)
        for first in range(0, len(rows), step):
            d = np.ascontiguousarray(rows[first : first + step]) - self.mean
            form = ((d[:, :, None] * self.gap).sum(axis=1) * d).sum(axis=1)
            length = (d * d).sum(axis=1)
            found[first : first + step] = self.weight * (2 * form + self.weight * (length * length))
        return found

    def bounded_scores(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores of rows (n, q) by a matrix product, and bounds on what roundings make them differ from `scores`."""
        d = rows - self.mean
        length = np.einsum("ij,ij->i", d, d)
        scores = self.weight * (2 * np.einsum("ij,ij->i", d @ self.gap, d) + self.weight * length**2)
        relative = 8 * (len(self.mean) + 4) * np.finfo(float).eps
        sizes = self.weight * (2 * np.linalg.norm(self.gap) * length + self.weight * length**2)
        return scores, relative * sizes + np.finfo(float).tiny


class Moments:
    """Count k, sum s and scatter T of picked samples of q coordinates, and their distance from a target covariance.

    With m = s/k and C = T/k - m m^T, the covariance is C (`population`) or k C/(k-1) (`sample`, as `np.cov`).
    """

    def __init__(self, target: np.ndarray, convention: str = "population") -> None:
        """`target`: C_t, (q, q), symmetric."""
        self.target, self.ddof = target, degrees_taken(convention)
        self._target_size = float(np.linalg.norm(target))
        self.count = 0
        self.sum = np.zeros(len(target))
        self.scatter = np.zeros(target.shape)

    def add(self, row: np.ndarray) -> None:
        """One more picked sample (q,)."""
        self.count += 1
        self.sum += row
        self.scatter += np.outer(row, row)

    def remove(self, row: np.ndarray) -> None:
        """One picked sample (q,) less."""
        self.count -= 1
        self.sum -= row
        self.scatter -= np.outer(row, row)

    def magnitude(self) -> float:
        """Of the numbers of which the gap of `step`, times its divisor, is the sum: the larger, the more rounding."""
        return float(np.trace(self.scatter)) + (self.count + 1) * self._target_size

    def step(self) -> Step:
        """What one more sample does: m, g C - C_t and c of

            C' = g C + c d d^T,   g = k/(k+1),  c = k/(k+1)^2  (population);   g = 1,  c = 1/(k+1)  (sample).

        Raises
        ------
        ValueError : nothing is picked yet, so that every candidate gives the covariance 0.
        """
        if self.count == 0:
            raise ValueError("without a first sample every candidate has the same covariance, 0")
        after = self.count + 1
        divisor = after - self.ddof
        gap = self._about_mean() / divisor - self.target
        return Step(self.sum / self.count, gap, self.count / after / divisor, divisor)

    def _about_mean(self) -> np.ndarray:
        return self.scatter - np.outer(self.sum, self.sum) / max(self.count, 1)
