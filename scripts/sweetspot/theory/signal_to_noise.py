"""Paper 1's kernel experiment with more and less label noise, as tables: in domain and under domain shift.

The signal-to-noise ratio is E f*(x)^2/sigma^2, sum_j a_j^2 over the variance of the label noise. Under domain shift
the target is f*, and the labels are of the source f_S with coefficients a_j + delta_j, delta_j = c (-1)^j a_j: how the
paper shifts its source is not known.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sweetspot.config.kernel import KernelRegression
from sweetspot.theory.domain_shift import shift_equivalent, shift_optima
from sweetspot.theory.kernel_bounds import optima
from sweetspot.theory.kernel_ridge import coefficients, decompose
from sweetspot.theory.kernel_simulation import empirical_optimum, sample
from sweetspot.theory.sine_design import eigenvalues, features, power_coefficients

DOMAINS = ("in_domain", "domain_shift")
RISK_COLUMNS = ["domain", "signal_to_noise", "lambda", "risk"]
OPTIMA_COLUMNS = ["domain", "signal_to_noise", "rule", "lambda", "ci_low", "ci_high", "at_end_of_grid"]


def draw_risks(
    eigenvalues: np.ndarray,
    trained_on: np.ndarray,
    judged_against: np.ndarray,
    noise_variances: ArrayLike,
    n: int,
    lambdas: ArrayLike,
    draw: int,
    seed: int,
) -> np.ndarray:
    """`kernel_simulation.draw_risks` for many noise variances (V,) at the cost of one: (V, L).

    The fit is linear in the labels, so the error is that without noise plus sigma times that of unit noise.
    """
    x, noise = sample(n, 1.0, draw, seed)
    phi = features(x, eigenvalues.size)
    clean = decompose((phi * eigenvalues) @ phi.T, phi @ trained_on)
    noisy = dataclasses.replace(clean, rotated=clean.vectors.T @ noise)
    bias = eigenvalues * (coefficients(clean, lambdas) @ phi) - judged_against
    spread = eigenvalues * (coefficients(noisy, lambdas) @ phi)
    sigma = np.sqrt(np.asarray(noise_variances, dtype=float))[:, None]
    squares = [np.sum(first * second, axis=1) for first, second in ((bias, bias), (bias, spread), (spread, spread))]
    return squares[0] + 2 * sigma * squares[1] + sigma**2 * squares[2]


def signal_to_noise_tables(config: KernelRegression) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `risk` and `optima` of figures 10 and 11.

    risk : domain, signal_to_noise, lambda, risk: the excess risk by the deterministic equivalent.
    optima : domain, signal_to_noise, rule, lambda, ci_low, ci_high, at_end_of_grid: the best lambda by each theory of
        `kernel_bounds.optima` or `domain_shift.shift_optima` and, where it was simulated, by Monte Carlo
        (`monte_carlo`), which alone has an interval and can be at an end of the grid of lambdas.
    """
    setting = config.signal_to_noise
    (row,) = config.noisy().rows.values()
    mu = eigenvalues(config.decay, config.terms)
    target = power_coefficients(mu, row.s, row.target_terms)
    h = target - power_coefficients(mu, row.s_prime, row.generator_terms)
    shift = setting.shift * (-1.0) ** np.arange(1, mu.size + 1) * target
    lambdas = np.geomspace(config.lambdas.min, config.lambdas.max, config.lambdas.points)
    ratios = np.geomspace(setting.values.min, setting.values.max, setting.values.points)
    variances = np.sum(target**2) / ratios
    simulated = np.linspace(0, ratios.size - 1, setting.simulated).round().astype(int)
    risks, best = [], []
    for domain, delta in zip(DOMAINS, (np.zeros_like(shift), shift), strict=True):
        for ratio, variance in zip(ratios, variances, strict=True):
            curve = shift_equivalent(mu, h, delta, variance, config.n_real, lambdas)
            risks += [(domain, ratio, at, risk) for at, risk in zip(lambdas, curve, strict=True)]
            if domain == "in_domain":
                rules = optima(mu, h, config.decay, variance, config.n_real)
            else:
                rules = shift_optima(mu, h, delta, config.decay, variance, config.n_real)
            best += [(domain, ratio, rule, at, np.nan, np.nan, False) for rule, at in rules.items()]
        drawn = np.stack(
            [
                draw_risks(mu, h + delta, h, variances[simulated], config.n_real, lambdas, draw, config.seed)
                for draw in range(setting.draws)
            ],
            axis=1,
        )
        for ratio, of_draws in zip(ratios[simulated], drawn, strict=True):
            found = empirical_optimum(of_draws, lambdas, config.seed)
            ends = (found.ci_low, found.ci_high, found.at_end_of_grid)
            best.append((domain, ratio, "monte_carlo", found.ratio, *ends))
    order = ["domain", "signal_to_noise", "rule"]
    return (
        pd.DataFrame(risks, columns=RISK_COLUMNS),
        pd.DataFrame(best, columns=OPTIMA_COLUMNS).sort_values(order, ignore_index=True),
    )
