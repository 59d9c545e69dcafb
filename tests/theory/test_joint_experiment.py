"""The table of figures selection_1 and selection_3: theory everywhere, paired changes where it is simulated."""

import numpy as np
import pandas as pd
import pytest

from sweetspot.statistics import mean_interval
from sweetspot.theory import joint_experiment, joint_panels
from sweetspot.theory.joint_experiment import COLUMNS, KEY
from sweetspot.theory.joint_panels import ALONE, BOUND, ENOUGH, JOINT, MEANS, NO_MEANS
from sweetspot.theory.joint_training import covariance_risk, matched_risk


@pytest.fixture(scope="module")
def make():
    """Makes the table with fewer features where there are more than samples, which take the longest."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("MANY_FEATURES", 48), ("FEW_REAL", 9), ("FEW_SYNTHETIC", 15)):
            patch.setattr(joint_panels, name, value)
        yield joint_experiment.joint_training_table


@pytest.fixture(scope="module")
def table(make):
    return make(draws=3)


def rows(table, panel, series):
    return table[(table["panel"] == panel) & (table["series"] == series)].set_index("x")


def test_every_point_has_a_theory_and_some_are_simulated(table):
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(KEY).any()
    assert table[["theory", "theory_change"]].notna().all(axis=None)
    pd.testing.assert_frame_equal(table, table.sort_values(KEY, ignore_index=True))
    simulated = table.dropna(subset=["simulated"])
    assert simulated.notna().all(axis=None)
    assert set(simulated["panel"]) == set(table["panel"])
    assert simulated.groupby(["panel", "series"]).size().min() > 5
    assert set(simulated["draws"]) == {3, 18}
    assert table.loc[table["simulated"].isna(), ["change", "draws"]].isna().all(axis=None)


def test_changes_are_relative_to_the_reference(table):
    references = {
        ("angle", JOINT): 1.0,
        ("angle", ALONE): 1.0,
        ("length", ALONE): 0.0,
        ("anisotropy", "real 10"): 10.0,
        ("anisotropy_few", "real 1"): 1.0,
        ("scale", "matched"): 1.0,
    }
    for (panel, series), reference in references.items():
        curve = rows(table, panel, series)
        for value, change in (("theory", "theory_change"), ("simulated", "change")):
            expected = curve[value] / curve.loc[reference, value] - 1
            np.testing.assert_allclose(curve[change], expected, atol=1e-12)
    with_means, without = rows(table, "enough", MEANS), rows(table, "enough", NO_MEANS)
    np.testing.assert_allclose(with_means["change"], with_means["simulated"] / without["simulated"] - 1, atol=1e-12)


def test_the_interval_of_a_change_keeps_the_pairs():
    stream = np.random.default_rng(0)
    reference = 5 + stream.standard_normal(50)
    # The same in each draw: no doubt about the change, however much the draws differ.
    assert joint_experiment._change(1.2 * reference, reference) == pytest.approx((0.2, 0.2, 0.2))
    change, low, high = joint_experiment._change(1.2 * reference + 0.1 * stream.standard_normal(50), reference)
    assert low < change < high
    _, apart_low, apart_high = mean_interval(reference / 5)
    assert high - low < 0.2 * (apart_high - apart_low)


def test_panels_are_what_theory_says(table):
    joint, alone = (rows(table, "angle", series)["theory"] for series in (JOINT, ALONE))
    assert joint.max() < 1.02 * joint.min()
    assert alone[0] == alone.max() > 1.9 * alone[1]
    assert rows(table, "length", ALONE)["theory"].is_monotonic_increasing
    bound, added = (rows(table, "enough", series)["theory_change"] for series in (BOUND, MEANS))
    assert (bound > added).all()
    (enough,) = rows(table, "enough", ENOUGH).index
    assert bound[enough] == pytest.approx(0.05)
    for of_real in (1.0, 10.0):
        many = rows(table, "anisotropy", f"real {of_real:g}")["theory"]
        assert many.idxmin() == of_real
        assert many.min() == pytest.approx(float(matched_risk(100, 400)))
    few = rows(table, "anisotropy_few", "real 1")["theory"]
    assert few.idxmin() == 1
    # Isotropic and n < p: what is not seen of the coefficients, and the noise.
    assert few.min() == pytest.approx(1 - 24 / 48 + 0.5 * 24 / (48 - 24))
    # Real data with a few strong directions want synthetic data with yet stronger ones.
    assert rows(table, "anisotropy_few", "real 10")["theory"].idxmin() > 20
    for series in ("matched", "anisotropy 10", "matched, n < p"):
        assert rows(table, "scale", series)["theory"].is_monotonic_decreasing
    scaled = rows(table, "scale", "matched")["theory"]
    assert scaled[2.0] == pytest.approx(float(covariance_risk(np.full(100, 4.0), 100, 300)))


def test_the_same_call_gives_the_same_table(make, table):
    again, other = make(draws=3), make(draws=3, seed=1)
    pd.testing.assert_frame_equal(again, table)
    pd.testing.assert_series_equal(other["theory"], table["theory"])
    assert (other["simulated"].dropna() != table["simulated"].dropna()).all()
