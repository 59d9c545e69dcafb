"""What paper 2's theory says of joint training holds in the simulation, or not, by stated thresholds."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from sweetspot.claims.joint_training import claims_of_joint_training
from sweetspot.theory.joint_experiment import COLUMNS
from sweetspot.theory.joint_panels import ALONE, ENOUGH, JOINT, MEANS, NO_MEANS, SCALED_FEW

FLAT, MATTER = "in joint training the means do not matter", "with synthetic data alone the means matter"
LITTLE, MATCHED = "with enough real data the means add little", "the matched synthetic covariance is the best"
LONGER, AGREES = "longer synthetic features do no harm", "the theory of joint training agrees with simulation"
DRAWS = 60
# The relative change at each x; the one that is exactly 0 is the reference.
CURVES = {
    ("angle", JOINT): {0.0: 0.02, 1.0: 0.0},
    ("angle", ALONE): {0.0: 0.9, 1.0: 0.0},
    ("length", JOINT): {0.0: 0.0, 20.0: 0.02},
    ("length", ALONE): {0.0: 0.0, 20.0: 0.7},
    ("enough", MEANS): {20.0: 0.1, 64.0: 0.03},
    ("enough", NO_MEANS): {20.0: 0.0, 64.0: 0.0},
    ("anisotropy", "real 10"): {1.0: 0.2, 10.0: 0.0, 100.0: 0.3},
    ("anisotropy_few", "real 10"): {1.0: 0.2, 10.0: 0.0, 100.0: 0.3},
    ("scale", "matched"): {0.5: 1.6, 1.0: 0.0, 2.0: -0.6, 4.0: -0.9},
    ("scale", SCALED_FEW): {0.5: 1.6, 1.0: 0.0, 2.0: -0.6, 4.0: -0.9},
}


def table(half=0.005, deviation=0.01, **curves):
    """A table whose intervals have `half` to each side, of risks off by `deviation` from the theory."""
    changed = CURVES | {key: curve for key, curve in CURVES.items() if key[0] not in curves}
    changed |= {key: curves[key[0]] for key in CURVES if key[0] in curves and key[1] not in (ALONE, NO_MEANS)}
    rows = []
    for (panel, series), curve in changed.items():
        for x, change in curve.items():
            theory, width = 1 + change, half * (change != 0)
            simulated = [theory * (1 + deviation + side) for side in (0, -0.001, 0.001)]
            rows.append((panel, series, x, theory, *simulated, change, change, change - width, change + width, DRAWS))
    return pd.DataFrame([*rows, ("enough", ENOUGH, 63.5, 1.05, *[None] * 3, 0.05, *[None] * 4)], columns=COLUMNS)


def claims(**changes):
    found = [claim.row() for claim in claims_of_joint_training(table(**changes))]
    return pd.DataFrame(
        found, columns=["claim", "source", "statement", "evidence", "estimate", "ci_low", "ci_high", "n", "verdict"]
    )


def row(claim, position=0, **changes):
    return claims(**changes).query("claim == @claim").iloc[position]


def test_all_claims_are_made_and_hold_where_all_is_as_predicted():
    found = claims()
    assert set(found["claim"]) == {FLAT, MATTER, LITTLE, MATCHED, LONGER, AGREES}
    assert set(found["verdict"]) == {"supported"}
    assert (found["ci_low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["ci_high"]).all()
    assert set(found["n"]) == {DRAWS}


def test_the_largest_change_has_an_interval_that_holds_for_the_largest():
    found = row(FLAT, angle={-1.0: -0.03, 0.0: 0.02, 1.0: 0.0})
    assert found["estimate"] == pytest.approx(0.05 - 0.03)
    assert found["ci_low"] == pytest.approx(0.05 - 0.035)
    # Three numbers, one of them exact: the other end holds for all of them together, and whatever their signs are.
    wider = stats.t.isf(0.025 / 6, DRAWS - 1) / stats.t.isf(0.025, DRAWS - 1)
    assert found["ci_high"] == pytest.approx(0.05 - (0.03 - 0.005 * wider))


@pytest.mark.parametrize(
    ("claim", "changes", "verdict"),
    [
        (FLAT, {"angle": {0.0: -0.2, 1.0: 0.0}}, "not supported"),
        (FLAT, {"angle": {0.0: 0.052, 1.0: 0.0}}, "inconclusive"),
        (LITTLE, {"enough": {20.0: 0.1, 64.0: 0.06}}, "not supported"),
        (LITTLE, {"half": 0.04}, "inconclusive"),
        (MATCHED, {"anisotropy": {1.0: 0.2, 10.0: 0.0, 100.0: -0.02}}, "not supported"),
        (MATCHED, {"anisotropy": {1.0: 0.2, 10.0: 0.0, 100.0: 0.003}}, "inconclusive"),
        (LONGER, {"scale": {0.5: 1.6, 1.0: 0.0, 2.0: -0.2, 4.0: 0.1}}, "not supported"),
        (LONGER, {"scale": {0.5: -0.5, 1.0: 0.0, 2.0: -0.2, 4.0: -0.3}}, "supported"),
        (AGREES, {"deviation": -0.03}, "not supported"),
        (AGREES, {"deviation": 0.0195}, "inconclusive"),
    ],
)
def test_verdicts(claim, changes, verdict):
    assert row(claim, **changes)["verdict"] == verdict


def test_flat_risk_of_synthetic_data_alone_is_no_support():
    flat = table()
    flat.loc[flat["series"] == ALONE, ["change", "change_low", "change_high"]] *= 0.01
    found = [claim.row() for claim in claims_of_joint_training(flat)]
    assert {each[-1] for each in found if each[0] == MATTER} == {"not supported"}


def test_what_the_paper_does_not_claim_is_the_project_s():
    found = claims().query("claim == @MATCHED").set_index("evidence")["source"]
    assert found["n > p, real covariance of anisotropy 10, simulated"] == "paper 2, Section 4"
    assert found["n < p, real covariance of anisotropy 10, simulated"] == "this project's extension"
    found = claims().query("claim == @LONGER").set_index("evidence")["source"]
    assert found["matched, eta up to 4, simulated"] == "paper 2, Section 4"
    assert found[f"{SCALED_FEW}, eta up to 4, simulated"] == "this project's extension"
