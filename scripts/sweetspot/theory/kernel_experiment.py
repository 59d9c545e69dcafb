"""Paper 1's kernel experiment as tables: risk curves, recommended ratios, one fit, and Table 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sweetspot.config.kernel import KernelRegression, KernelRow
from sweetspot.statistics import mean_interval
from sweetspot.theory.kernel_bounds import (
    finite_sample_bound,
    generator_distance,
    optima,
    risk_bound,
    squared_rkhs_norm,
    tight_bound,
)
from sweetspot.theory.kernel_ridge import fit, predict
from sweetspot.theory.kernel_risk import deterministic_equivalent, population_risk
from sweetspot.theory.kernel_simulation import empirical_optimum, sample, simulate
from sweetspot.theory.sine_design import eigenvalues, features, kernel_supremum, power_coefficients

RULES = ("bound", "tight", "population", "deterministic_equivalent", "monte_carlo")
DISTANCE_NOTE = "the paper's definition of D could not be recovered; d is reconstructed"


def _series(config: KernelRegression, row: KernelRow) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mu = eigenvalues(config.decay, config.terms)
    return (
        mu,
        power_coefficients(mu, row.s, row.target_terms),
        power_coefficients(mu, row.s_prime, row.generator_terms),
    )


def row_tables(config: KernelRegression, row: KernelRow) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables of one row: `risk`, `optima` and `fit`.

    risk : lambda, method, mean, ci_low, ci_high: the excess risk by each method; only Monte Carlo
        has an interval.
    optima : rule, lambda, ci_low, ci_high, then the Monte Carlo risk at that lambda and its regret, both with
        paired 95 % intervals; regret is the risk minus the smallest risk of all rules, on the same draws.
    fit : series, x, value: f* (`target`), g (`generator`), the first draw's `data` and `fit` at the best
        lambda.
    """
    mu, target, generator = _series(config, row)
    h = target - generator
    n, variance = config.n_real, config.noise**2
    lambdas = np.geomspace(config.lambdas.min, config.lambdas.max, config.lambdas.points)
    recommended = optima(mu, h, config.decay, variance, n)
    # Simulated at the recommended lambdas too, on the same draws, so that no risk is read off between grid
    # points.
    extended = np.concatenate([lambdas, list(recommended.values())])
    simulated = simulate(mu, h, variance, n, extended, config.draws, config.seed)
    curves, at_rules = simulated[:, : lambdas.size], simulated[:, lambdas.size :]
    best = empirical_optimum(curves, lambdas, config.seed)

    squares = float(np.sum(mu**2))
    theory = {
        "bound": risk_bound(generator_distance(mu, h), config.decay, squares, variance, n, lambdas),
        "bound_finite_n": finite_sample_bound(mu, h, kernel_supremum(mu), config.decay, variance, n, lambdas),
        "bound_tight": tight_bound(squared_rkhs_norm(mu, h), config.decay, variance, n, lambdas),
        "deterministic_equivalent": deterministic_equivalent(mu, h, variance, n, lambdas),
        "population": population_risk(mu, h, variance, n, lambdas),
    }
    mean, low, high = mean_interval(curves)
    monte_carlo = {"lambda": lambdas, "method": "monte_carlo", "mean": mean, "ci_low": low, "ci_high": high}
    risk = pd.concat(
        [
            pd.DataFrame(monte_carlo),
            *(pd.DataFrame({"lambda": lambdas, "method": name, "mean": value}) for name, value in theory.items()),
        ],
        ignore_index=True,
    ).sort_values(["method", "lambda"], ignore_index=True)

    risks = dict(zip(recommended, at_rules.T, strict=True)) | {"monte_carlo": best.risks}
    reference = min(risks.values(), key=lambda values: values.mean())
    rows = []
    for rule in RULES:
        interval = mean_interval(np.column_stack([risks[rule], risks[rule] - reference]))
        (risk_mean, regret), (risk_low, regret_low), (risk_high, regret_high) = interval
        rows.append(
            {
                "rule": rule,
                "lambda": best.ratio if rule == "monte_carlo" else recommended[rule],
                "ci_low": best.ci_low if rule == "monte_carlo" else np.nan,
                "ci_high": best.ci_high if rule == "monte_carlo" else np.nan,
                "at_end_of_grid": best.at_end_of_grid if rule == "monte_carlo" else False,
                "risk": risk_mean,
                "risk_ci_low": risk_low,
                "risk_ci_high": risk_high,
                "regret": regret,
                "regret_ci_low": regret_low,
                "regret_ci_high": regret_high,
                "relative_regret": regret / reference.mean() if reference.mean() > 0 else np.nan,
            }
        )
    return risk, pd.DataFrame(rows), _fit_table(config, row, best.ratio)


def _fit_table(config: KernelRegression, row: KernelRow, ratio: float) -> pd.DataFrame:
    mu, target, generator = _series(config, row)
    x, noise = sample(config.n_real, config.noise**2, 0, config.seed)
    grid = np.linspace(0, 1, config.grid_points)
    phi, phi_grid = features(x, mu.size), features(grid, mu.size)
    labels = phi @ target + noise
    dual = fit((phi * mu) @ phi.T, labels - phi @ generator, ratio)
    order = np.argsort(x)
    series = {
        "data": (x[order], labels[order]),
        "fit": (grid, predict(phi_grid @ generator, (phi_grid * mu) @ phi.T, dual)),
        "generator": (grid, phi_grid @ generator),
        "target": (grid, phi_grid @ target),
    }
    return pd.concat(
        [pd.DataFrame({"series": name, "x": at, "value": value}) for name, (at, value) in series.items()],
        ignore_index=True,
    )


def table_1(config: KernelRegression, optima_by_row: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Paper 1's Table 1, extended: a line for each row of the config, with the `optima` table of that row.

    Columns: the setting; the number of Monte Carlo draws; d (reconstructed), d_printed (the paper's) and a note;
    squared norms of h = f* - g; then for each rule of `RULES` its lambda, Monte Carlo risk, regret and relative regret,
    and intervals for Monte Carlo's lambda and for every regret.
    """
    lines = []
    for name, row in sorted(config.rows.items()):
        mu, target, generator = _series(config, row)
        h = target - generator
        line = {
            "row": name,
            "s": row.s,
            "s_prime": row.s_prime,
            "terms": f"{row.target_terms}/{row.generator_terms}",
            "draws": config.draws,
            "d": generator_distance(mu, h),
            "d_printed": row.printed_distance,
            "d_note": DISTANCE_NOTE,
            "h_squared_l2": float(np.sum(h**2)),
            "h_squared_rkhs": squared_rkhs_norm(mu, h),
        }
        table = optima_by_row[name].set_index("rule")
        for rule in RULES:
            line[f"lambda_{rule}"] = table.loc[rule, "lambda"]
        line["lambda_monte_carlo_ci_low"] = table.loc["monte_carlo", "ci_low"]
        line["lambda_monte_carlo_ci_high"] = table.loc["monte_carlo", "ci_high"]
        line["monte_carlo_at_end_of_grid"] = bool(table.loc["monte_carlo", "at_end_of_grid"])
        for column in ("risk", "regret", "regret_ci_low", "regret_ci_high", "relative_regret"):
            for rule in RULES:
                line[f"{column}_{rule}"] = table.loc[rule, column]
        lines.append(line)
    return pd.DataFrame(lines)
