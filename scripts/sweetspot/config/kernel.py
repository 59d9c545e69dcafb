"""The block `kernel_regression`: paper 1's experiment on kernel ridge regression towards a generator."""

from __future__ import annotations

import math
import re
from typing import Literal, Self

from pydantic import model_validator

from sweetspot.config.block import REQUIRED, Block, key


class LogGrid(Block):
    """Values spaced evenly on a logarithmic axis, both ends included."""

    min: float = key(1e-4, "smallest value", ge=1e-12)
    max: float = key(1e2, "largest value", gt=0, le=1e12)
    points: int = key(61, "number of values", ge=3, le=10_000)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.max <= self.min:
            raise ValueError(f"max must be above min, but {self.max:g} is not above {self.min:g}")
        return self


class KernelRow(Block):
    """One row of paper 1's Table 1: a target f* and a generator g."""

    s: float = key(REQUIRED, "exponent s of f* = sum of mu_j^s phi_j", source="paper 1, Table 1", paper=0.8, ge=0)
    s_prime: float = key(
        REQUIRED, "exponent s' of g = sum of mu_j^s' phi_j", source="paper 1, Table 1", paper=1.5, ge=0
    )
    target_terms: int = key(
        100,
        "number of terms of f*: the first number of the table's 100/10",
        source="paper 1, Table 1; its reading is reconstructed",
        ge=1,
    )
    generator_terms: int = key(
        10,
        "number of terms of g: the second number of the table's 100/10",
        source="paper 1, Table 1; its reading is reconstructed",
        ge=0,
    )
    printed_distance: float | None = key(
        None,
        "the distance D that the paper prints, shown beside ours; none if the row is not the paper's",
        source="paper 1, Table 1",
    )
    figure: Literal[1, 5, 6] = key(REQUIRED, "number of the figure that shows this row", source="paper 1", paper=1)


PAPER_ROWS = {
    "row_1": KernelRow(s=0.8, s_prime=0.8, generator_terms=100, printed_distance=0.0, figure=5),
    "row_2": KernelRow(s=0.8, s_prime=1.5, printed_distance=737.65, figure=1),
    "row_3": KernelRow(s=0.8, s_prime=2.5, printed_distance=15509.16, figure=6),
}


class SignalToNoise(Block):
    """Figures 10 and 11: the kernel experiment with more and less label noise, in domain and under domain shift."""

    row: str | None = key(
        None, "the row of `rows` whose f* and g are used; if none is named, that of figure 1, or else the first"
    )
    values: LogGrid = key(
        LogGrid(min=1e-2, max=1e2, points=25),
        "the signal-to-noise ratios at which the risk is computed: E f*(x)^2 over the variance of the label noise",
    )
    simulated: int = key(7, "number of them that are simulated too, evenly spread, both ends included", ge=2)
    draws: int = key(200, "number of Monte Carlo repetitions", unit="draws", ge=2)
    shift: float = key(
        0.3,
        "size c of the domain shift of figure 11: the labels are of f_S = f* + c sum of (-1)^j a_j phi_j, where"
        " a_j are the coefficients of f*",
        ge=0,
        le=1e3,
    )


class KernelRegression(Block):
    """Kernel ridge regression towards a generator, on sine eigenfunctions with power-law eigenvalues."""

    n_real: int = key(100, "number N of real samples of each draw", unit="samples", ge=2, le=5000)
    noise: float = key(0.5, "standard deviation sigma of the label noise", unit="label", gt=0, le=1e6)
    decay: float = key(2.0, "decay r of the kernel's eigenvalues, mu_j = j^-r", gt=1)
    draws: int = key(300, "number of Monte Carlo repetitions", unit="draws", ge=2)
    terms: int = key(512, "number J of eigenfunctions at which the kernel is truncated", ge=1, le=100_000)
    lambdas: LogGrid = key(LogGrid(), "the ratios lambda of synthetic to real data at which the risk is computed")
    seed: int = key(0, "seed of the draws", ge=0)
    grid_points: int = key(
        500,
        "number of points at which the functions of panel (a) are drawn",
        source="paper 1, Section 2",
        ge=2,
    )
    rows: dict[str, KernelRow] = key(PAPER_ROWS, "the rows of Table 1 by name", source="paper 1, Table 1")
    signal_to_noise: SignalToNoise = key(SignalToNoise(), "figures 10 and 11")

    @model_validator(mode="after")
    def _rows_fit(self) -> Self:
        if not self.rows:
            raise ValueError("rows must hold at least one row")
        figures: dict[int, str] = {}
        for name, row in self.rows.items():
            if not re.fullmatch(r"[A-Za-z0-9_]+", name):
                raise ValueError(f"rows: the name {name!r} may hold letters, digits and _ only: it names a folder")
            longest = max(row.target_terms, row.generator_terms)
            if longest > self.terms:
                raise ValueError(f"rows.{name}: {longest} terms do not fit into terms = {self.terms}")
            for label, exponent in (("s", row.s), ("s_prime", row.s_prime)):
                # The largest value of mu_j^-exponent, which squared must stay a number.
                if exponent * self.decay * math.log10(max(longest, 2)) > 70:
                    raise ValueError(f"rows.{name}.{label}: {exponent:g} is too steep for {longest} terms")
            if row.figure in figures:
                raise ValueError(f"rows.{name}.figure: figure {row.figure} already shows {figures[row.figure]}")
            figures[row.figure] = name
        return self

    @model_validator(mode="after")
    def _signal_to_noise_fits(self) -> Self:
        asked = self.signal_to_noise
        if asked.row is not None and asked.row not in self.rows:
            raise ValueError(f"signal_to_noise.row: no row {asked.row!r}; there are {', '.join(self.rows)}")
        if asked.simulated > asked.values.points:
            raise ValueError(f"signal_to_noise.simulated: there are only {asked.values.points} values")
        return self

    def only(self, name: str) -> KernelRegression:
        """What the runs of one row depend on, so that a change of another row runs nothing again."""
        return self.model_copy(update={"rows": {name: self.rows[name]}, "signal_to_noise": SignalToNoise()})

    def table_1(self) -> KernelRegression:
        """What table 1 depends on beside the runs of its rows: all but the settings of figures 10 and 11."""
        return self.model_copy(update={"signal_to_noise": SignalToNoise()})

    def noisy(self) -> KernelRegression:
        """What figures 10 and 11 depend on: their settings and the one row that they show."""
        name = self.signal_to_noise.row or min(self.rows, key=lambda name: self.rows[name].figure != 1)
        unused = {each: type(self).model_fields[each].default for each in ("noise", "draws", "grid_points")}
        return self.model_copy(update={"rows": {name: self.rows[name]}} | unused)
