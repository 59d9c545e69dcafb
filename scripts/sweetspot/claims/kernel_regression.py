"""Claims of the first paper's kernel regression: the optimum of Theorem 2.2 against the simulated one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from sweetspot.claims.claim import Claim
from sweetspot.statistics import Estimate

SOURCE = "paper 1, Section 2"
FACTOR, NEAR = 2.0, 0.1


def claims_of_kernel_regression(table_1: pd.DataFrame) -> Iterator[Claim]:
    """Whether the star of figures 1 and 6 is near the optimum, for each row of `table_1.csv` where there is a star.

    With an exact generator theory and simulation both take the largest ratio, and there is nothing to compare.
    """
    for _, row in table_1.iterrows():
        if not math.isfinite(row["lambda_bound"]):
            continue
        draws = int(row["draws"])
        yield Claim(
            "the theory's best ratio is near the simulated one",
            f"log {FACTOR:g} minus |log(best ratio by Theorem 2.2 / best ratio of the simulation)| is above 0; "
            "inconclusive where the simulation's is at the end of its grid",
            f"{row['row']}: {row['lambda_bound']:.3g} against {row['lambda_monte_carlo']:.3g}",
            _within_factor(row, draws),
            decidable=not row["monte_carlo_at_end_of_grid"],
            source=SOURCE,
        )
        lowest = row["risk_bound"] - row["regret_bound"]
        ends = (NEAR - row[name] / lowest for name in ("regret_bound", "regret_ci_high_bound", "regret_ci_low_bound"))
        yield Claim(
            "the theory's best ratio costs little",
            f"{NEAR:g} minus the excess test error at the best ratio by Theorem 2.2 over the lowest one, in units of "
            "the lowest, is above 0",
            f"{row['row']}, excess error {row['risk_bound']:.3g} against {lowest:.3g}",
            Estimate(*ends, draws),
            source=SOURCE,
        )


def _within_factor(row: pd.Series, draws: int) -> Estimate:
    at, low, high = (
        math.log(row["lambda_bound"] / row[f"lambda_monte_carlo{end}"]) for end in ("", "_ci_high", "_ci_low")
    )
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    farthest = max(abs(low), abs(high))
    return Estimate(*(math.log(FACTOR) - distance for distance in (abs(at), farthest, nearest)), draws)
