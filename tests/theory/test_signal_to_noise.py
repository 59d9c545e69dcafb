"""The tables of figures 10 and 11: one decomposition for all noises, optima by theory and by simulation."""

import numpy as np
import pytest

from sweetspot.config.block import parse
from sweetspot.config.kernel import KernelRegression
from sweetspot.errors import InputError
from sweetspot.theory import kernel_simulation
from sweetspot.theory.kernel_bounds import optima
from sweetspot.theory.signal_to_noise import DOMAINS, OPTIMA_COLUMNS, RISK_COLUMNS, draw_risks, signal_to_noise_tables

SMALL = {
    "n_real": 40,
    "terms": 120,
    "lambdas": {"min": 1e-3, "max": 10.0, "points": 15},
    "signal_to_noise": {"values": {"min": 0.1, "max": 10.0, "points": 5}, "simulated": 3, "draws": 40},
}


@pytest.fixture(scope="module")
def config():
    return parse(KernelRegression, SMALL)


@pytest.fixture(scope="module")
def tables(config):
    return signal_to_noise_tables(config)


def test_all_noises_at_once_are_as_one_by_one(table_row):
    mu, target, generator = table_row(2, terms=120)
    h, lambdas, variances = target - generator, np.geomspace(1e-3, 10, 7), (0.01, 0.5, 3.0)
    together = draw_risks(mu, 2 * h, h, variances, 30, lambdas, draw=4, seed=1)
    for risks, variance in zip(together, variances, strict=True):
        single = kernel_simulation.draw_risks(mu, 2 * h, variance, 30, lambdas, 4, 1, judged_against=h)
        np.testing.assert_allclose(risks, single, rtol=1e-9)


def test_tables_hold_both_domains(tables):
    risk, best = tables
    assert list(risk.columns) == RISK_COLUMNS
    assert list(best.columns) == OPTIMA_COLUMNS
    assert risk.groupby("domain").size().to_dict() == dict.fromkeys(DOMAINS, 5 * 15)
    assert (best["rule"] == "monte_carlo").groupby(best["domain"]).sum().to_dict() == dict.fromkeys(DOMAINS, 3)
    assert best[best["rule"] == "monte_carlo"]["ci_low"].notna().all()


def test_the_ratio_is_that_of_signal_and_noise(tables, config, table_row):
    _, best = tables
    mu, target, generator = table_row(2, terms=120)
    own = best[(best["domain"] == "in_domain") & np.isclose(best["signal_to_noise"], 10)].set_index("rule")["lambda"]
    expected = optima(mu, target - generator, config.decay, float(np.sum(target**2)) / 10, config.n_real)
    for rule, value in expected.items():
        assert own[rule] == pytest.approx(value, rel=1e-9)


def test_noise_asks_for_more_synthetic_data_and_so_does_a_shift(tables):
    _, best = tables
    found = best.pivot(index="signal_to_noise", columns=["domain", "rule"], values="lambda")
    for domain in DOMAINS:
        assert (np.diff(found[domain]["deterministic_equivalent"]) < 0).all()
    equivalent = found.xs("deterministic_equivalent", axis=1, level="rule")
    assert equivalent.loc[10.0, "domain_shift"] > equivalent.loc[10.0, "in_domain"]


def test_simulation_has_its_optimum_where_the_equivalent_has(config):
    many = config.model_copy(
        update={"signal_to_noise": config.signal_to_noise.model_copy(update={"draws": 300}), "n_real": 100}
    )
    _, best = signal_to_noise_tables(many)
    pairs = best.pivot(index=["domain", "signal_to_noise"], columns="rule", values="lambda")
    pairs = pairs.dropna(subset=["monte_carlo"]).query("monte_carlo < 5")
    assert len(pairs) >= 4
    np.testing.assert_allclose(np.log(pairs["monte_carlo"]), np.log(pairs["deterministic_equivalent"]), atol=0.35)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"row": "row_9"}, "no row 'row_9'; there are row_1, row_2, row_3"),
        ({"simulated": 99}, "only 25 values"),
        ({"shift": -1.0}, "shift"),
    ],
)
def test_wrong_settings_are_explained(change, message):
    with pytest.raises(InputError, match=message):
        parse(KernelRegression, {"signal_to_noise": change})


def test_the_row_of_figure_1_is_shown_and_no_other_is_depended_on():
    default = KernelRegression()
    assert list(default.noisy().rows) == ["row_2"]
    only = parse(KernelRegression, {"rows": {"mine": {"s": 0.8, "s_prime": 2.0, "figure": 6}}})
    assert list(only.noisy().rows) == ["mine"]
    named = parse(KernelRegression, {"signal_to_noise": {"row": "row_3", "draws": 7}})
    assert list(named.noisy().rows) == ["row_3"]
    # The runs of a row do not depend on these settings.
    assert named.only("row_2").to_json() == default.only("row_2").to_json()
    assert named.table_1().to_json() == default.table_1().to_json()
    # Nor these settings on those of the rows' runs.
    other = parse(KernelRegression, {"draws": 7, "noise": 0.1, "grid_points": 9})
    assert other.noisy().to_json() == default.noisy().to_json()
    assert other.table_1().to_json() != default.table_1().to_json()
