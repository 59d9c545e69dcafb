"""The kernel experiment from its config to figure and table, with few draws."""

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sweetspot.config.block import parse
from sweetspot.config.kernel import KernelRegression
from sweetspot.errors import InputError
from sweetspot.figures.kernel_regression import kernel_regression
from sweetspot.figures.style import save, use_style
from sweetspot.theory.kernel_experiment import RULES, row_tables, table_1

SCRIPTS = Path(__file__).parents[1] / "scripts"
SMALL = {
    "n_real": 30,
    "draws": 6,
    "terms": 120,
    "lambdas": {"min": 1e-3, "max": 10.0, "points": 17},
    "grid_points": 40,
}


def program(name, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", SCRIPTS / f"{name}.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


@pytest.fixture(scope="module")
def config():
    return parse(KernelRegression, SMALL)


@pytest.fixture(scope="module")
def tables(config):
    return {name: row_tables(config, row) for name, row in config.rows.items()}


def test_programs_make_tables_and_figure_and_repeat_them_to_the_byte(config, tables, tmp_path):
    for row, made in tables.items():
        for table, name in zip(made, ("risk", "optima", "fit"), strict=True):
            (tmp_path / row).mkdir(exist_ok=True)
            table.to_csv(tmp_path / row / f"{name}.csv", index=False, float_format="%.10g", lineterminator="\n")
    paths = [tmp_path / "again" / f"{name}.csv" for name in ("risk", "optima", "fit")]
    one = config.only("row_2").to_json()
    done = program("kernel_regression", "--config", one, "--row", "row_2", "--out", *paths)
    assert done.returncode == 0, done.stderr
    # The same as in this process, which had all rows in its config.
    for path in paths:
        assert path.read_bytes() == (tmp_path / "row_2" / path.name).read_bytes()

    out = tmp_path / "table_1.csv"
    done = program(
        "table_1",
        "--config",
        config.to_json(),
        "--optima",
        *sorted(tmp_path.glob("row_*/optima.csv")),
        "--out",
        out,
    )
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(out)
    assert list(table["row"]) == ["row_1", "row_2", "row_3"]
    assert list(table["d_printed"]) == [0, 737.65, 15509.16]
    assert np.isinf(table.loc[0, "lambda_bound"])
    assert list(out.parent.glob(".partial*")) == []

    folder = tmp_path / "row_2"
    figures = [tmp_path / "figure.pdf", tmp_path / "figure.png"]
    inputs = [f"--{name}={folder / name}.csv" for name in ("risk", "optima", "fit")]
    done = program("plot_kernel_regression", *inputs, "--out", *figures)
    assert done.returncode == 0, done.stderr
    first = [path.read_bytes() for path in figures]
    assert first[0].startswith(b"%PDF")
    use_style()
    save(
        kernel_regression(*(pd.read_csv(folder / f"{name}.csv") for name in ("risk", "optima", "fit"))),
        *figures,
    )
    assert [path.read_bytes() for path in figures] == first


def test_unknown_row_is_named(config, tmp_path):
    done = program(
        "kernel_regression",
        "--config",
        config.to_json(),
        "--row",
        "row_9",
        "--out",
        *[tmp_path / c for c in "abc"],
    )
    assert done.returncode == 1
    assert "row_9" in done.stderr
    assert "row_2" in done.stderr
    assert "Traceback" not in done.stderr


def test_risk_table(tables):
    risk, _, _ = tables["row_2"]
    assert list(risk.columns) == ["lambda", "method", "mean", "ci_low", "ci_high"]
    assert risk.groupby("method").size().to_dict() == dict.fromkeys(
        ["bound", "bound_finite_n", "bound_tight", "deterministic_equivalent", "monte_carlo", "population"],
        17,
    )
    simulated = risk[risk["method"] == "monte_carlo"]
    assert (simulated["ci_low"] < simulated["mean"]).all()
    assert (simulated["mean"] < simulated["ci_high"]).all()
    wide = risk.pivot_table(index="lambda", columns="method", values="mean")
    for bound in ("bound", "bound_finite_n", "bound_tight"):
        assert (wide[bound] >= wide["population"]).all()


def test_optima_table_counts_regret_from_the_best_rule_on_the_same_draws(tables):
    _, optima, _ = tables["row_2"]
    assert list(optima["rule"]) == list(RULES)
    assert optima["regret"].min() == 0
    np.testing.assert_allclose(optima["regret"], optima["risk"] - optima["risk"].min(), atol=1e-15)
    np.testing.assert_allclose(optima["relative_regret"], optima["risk"] / optima["risk"].min() - 1, atol=1e-12)
    bound = optima.set_index("rule").loc["bound"]
    # Paired: the interval of the difference is narrower than that of the risk itself.
    assert bound["regret_ci_high"] - bound["regret_ci_low"] < bound["risk_ci_high"] - bound["risk_ci_low"]


def test_a_perfect_generator_asks_for_the_largest_lambda(tables, config):
    _, optima, _ = tables["row_1"]
    rules = optima.set_index("rule")
    assert np.isinf(rules.loc[["bound", "tight", "population", "deterministic_equivalent"], "lambda"]).all()
    assert rules.loc["monte_carlo", "lambda"] == pytest.approx(config.lambdas.max)
    assert rules.loc["monte_carlo", "at_end_of_grid"]


def test_fit_is_nearer_to_the_target_than_the_generator_is(tables):
    _, _, fit = tables["row_3"]
    series = {name: part["value"].to_numpy() for name, part in fit.groupby("series")}
    assert {name: values.size for name, values in series.items()} == {
        "data": 30,
        "fit": 40,
        "generator": 40,
        "target": 40,
    }
    assert np.mean((series["fit"] - series["target"]) ** 2) < np.mean((series["generator"] - series["target"]) ** 2)


def test_table_holds_the_lambdas_of_the_rows(config, tables):
    table = table_1(config, {name: optima for name, (_, optima, _) in tables.items()}).set_index("row")
    assert table.loc["row_2", "terms"] == "100/10"
    assert table.loc["row_2", "d"] == pytest.approx(248.411, rel=1e-5)
    assert table.loc["row_3", "h_squared_rkhs"] == pytest.approx(2.50619, rel=1e-5)
    assert "could not be recovered" in table.loc["row_2", "d_note"]
    for rule in RULES:
        expected = tables["row_3"][1].set_index("rule").loc[rule]
        assert table.loc["row_3", f"lambda_{rule}"] == expected["lambda"]
        assert table.loc["row_3", f"regret_{rule}"] == expected["regret"]


@pytest.mark.parametrize(("row", "axes"), [("row_1", 4), ("row_2", 5)])
def test_figure_shows_data_and_both_optima(tables, row, axes):
    risk, optima, fit = tables[row]
    figure = kernel_regression(risk, optima, fit)
    labels = {text for ax in figure.axes for text in ax.get_legend_handles_labels()[1]}
    assert len(figure.axes) == axes
    assert {"data", "$f^*$", "$g$", "Monte Carlo, 95 % band", "empirical optimum"} <= labels
    assert ("optimum of Theorem 2.2" in labels) == (row == "row_2")
    drawn = next(line for ax in figure.axes for line in ax.lines if line.get_label() == "determ. equivalent")
    np.testing.assert_array_equal(
        drawn.get_ydata(), risk[risk["method"] == "deterministic_equivalent"].sort_values("lambda")["mean"]
    )
    plt.close(figure)


def test_defaults_are_the_rows_of_the_paper():
    rows = KernelRegression().rows
    assert {name: (row.s, row.s_prime, row.figure) for name, row in rows.items()} == {
        "row_1": (0.8, 0.8, 5),
        "row_2": (0.8, 1.5, 1),
        "row_3": (0.8, 2.5, 6),
    }


def test_a_change_of_one_row_leaves_the_others_config_alone():
    changed = json.loads(KernelRegression().to_json())
    changed["rows"]["row_3"]["s_prime"] = 2.0
    other = parse(KernelRegression, changed)
    assert other.only("row_2").to_json() == KernelRegression().only("row_2").to_json()
    assert other.only("row_3").to_json() != KernelRegression().only("row_3").to_json()


ROW = {"s": 0.8, "s_prime": 1.5, "figure": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"terms": 50}, "100 terms do not fit into terms = 50"),
        ({"lambdas": {"min": 1.0, "max": 0.5}}, "max must be above min"),
        ({"rows": {}}, "at least one row"),
        ({"rows": {"a": ROW, "b": ROW}}, "already shows a"),
        ({"rows": {"../a": ROW}}, "names a folder"),
        ({"rows": {"a": ROW | {"s_prime": 50.0}}}, "too steep"),
        ({"draws": 1}, "draws"),
        ({"noise": 0.0}, "noise"),
        ({"decay": 1.0}, "decay"),
    ],
)
def test_wrong_configs_are_explained(change, message):
    with pytest.raises(InputError, match=message):
        parse(KernelRegression, change)
