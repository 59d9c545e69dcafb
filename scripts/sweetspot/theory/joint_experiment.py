"""Theory of joint training against simulation, as the table of figures selection_1 and selection_3."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sweetspot.statistics import mean_interval
from sweetspot.theory.joint_panels import Point, all_points
from sweetspot.theory.joint_simulation import simulate

KEY = ["panel", "series", "x"]
COLUMNS = [*KEY, "theory", "simulated", "ci_low", "ci_high"]
COLUMNS += ["theory_change", "change", "change_low", "change_high", "draws"]
MORE_DRAWS_ALONE = 6  # times as many without real data: one direction carries half of the risk, which so varies more


def joint_training_table(draws: int, seed: int = 0) -> pd.DataFrame:
    """The table `joint_training.csv`, sorted by panel, series and x, with `draws` of each setting.

    panel, series, x : those of `joint_panels.all_points`.
    theory, simulated : excess risk; empty where nothing was simulated. ci_low, ci_high: 95 % interval over draws.
    theory_change, change : the same relative to the reference of the series, minus 1; change_low, change_high: its
        interval, paired by draw. The references are cos = 1, length 0, the risk without means, the matched covariance
        and scale 1.
    """
    points = all_points()
    risks = _simulated(points, draws, seed)
    theory = {point.key: point.theory for point in points}
    rows = []
    for point in points:
        reference = (point.panel, *point.reference)
        row = dict(zip(KEY, point.key, strict=True)) | {"theory": point.theory}
        row["theory_change"] = point.theory / theory[reference] - 1
        if point.setting:
            drawn = risks[point.key]
            row |= dict(zip(("simulated", "ci_low", "ci_high"), mean_interval(drawn), strict=True))
            row |= dict(zip(("change", "change_low", "change_high"), _change(drawn, risks[reference]), strict=True))
            row["draws"] = drawn.size
        rows.append(row)
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"draws": "Int64"})
    return table.sort_values(KEY, ignore_index=True)


def _simulated(points: Sequence[Point], draws: int, seed: int) -> dict[tuple[str, str, float], np.ndarray]:
    """The risks of each draw at each point that has a setting."""
    groups: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        if point.setting:
            times = 1 if point.setting.real.n else MORE_DRAWS_ALONE
            groups.setdefault((times, point.setting.real.mean.size), []).append(point)
    return {
        point.key: risks
        for (times, _), group in groups.items()
        for point, risks in zip(group, simulate([each.setting for each in group], times * draws, seed).T, strict=True)
    }


def _change(risks: np.ndarray, reference: np.ndarray) -> tuple[float, float, float]:
    """mean(risks)/mean(reference) - 1 with its interval by the delta method, which keeps the pairs of draws."""
    ratio = risks.mean() / reference.mean()
    _, low, high = mean_interval((risks - ratio * reference) / reference.mean())
    return ratio - 1, ratio - 1 + float(low), ratio - 1 + float(high)
