"""The theory's star is near the optimum, or not, by stated thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweetspot.claims.table import claims_table
from sweetspot.tables.runs import RUN_COLUMNS

RATIO, COST = "the theory's best ratio is near the simulated one", "the theory's best ratio costs little"
NO_RUNS = pd.DataFrame(columns=RUN_COLUMNS).astype({"value": float})


def row_of(name="row_2", bound=0.05, simulated=(0.04, 0.03, 0.06), lowest=1.0, regret=(0.05, 0.04, 0.06), at_end=False):
    return {
        "row": name,
        "draws": 300,
        "lambda_bound": bound,
        "lambda_monte_carlo": simulated[0],
        "lambda_monte_carlo_ci_low": simulated[1],
        "lambda_monte_carlo_ci_high": simulated[2],
        "monte_carlo_at_end_of_grid": at_end,
        "risk_bound": lowest + regret[0],
        "regret_bound": regret[0],
        "regret_ci_low_bound": regret[1],
        "regret_ci_high_bound": regret[2],
    }


def claims(**row):
    return claims_table(NO_RUNS, table_1=pd.DataFrame([row_of(**row)])).set_index("claim")


@pytest.mark.parametrize(
    ("simulated", "distances", "verdict"),
    [
        # |log| of the ratio of the two best ratios: at the estimate, and at the ends, the farthest first.
        ((0.04, 0.03, 0.06), (np.log(5 / 4), np.log(5 / 3), 0.0), "supported"),
        ((0.1, 0.08, 0.2), (np.log(2), np.log(4), np.log(1.6)), "inconclusive"),
        ((0.01, 0.008, 0.0125), (np.log(5), np.log(6.25), np.log(4)), "not supported"),
    ],
)
def test_the_star_is_within_a_factor_of_two(simulated, distances, verdict):
    row = claims(simulated=simulated).loc[RATIO]
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == pytest.approx(tuple(np.log(2) - np.array(distances)))
    assert (row["verdict"], row["n"], row["source"]) == (verdict, 300, "paper 1, Section 2")


def test_the_star_costs_a_tenth_of_the_lowest_error_or_less():
    row = claims(lowest=2.0, regret=(0.05, 0.04, 0.06)).loc[COST]
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == pytest.approx((0.075, 0.07, 0.08))
    assert row["verdict"] == "supported"
    assert claims(lowest=0.1).loc[COST, "verdict"] == "not supported"


def test_without_a_star_or_an_optimum_there_is_no_verdict():
    assert claims(bound=np.inf).empty
    assert claims(at_end=True).loc[RATIO, "verdict"] == "inconclusive"
