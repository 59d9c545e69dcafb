"""The methods that predict the best ratio from measurements of the data alone, by name; pilots train runs for it."""

from __future__ import annotations

from collections.abc import Callable

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.fixed_rules import everything, one_to_one, one_to_two, real_only
from sweetspot.predict.leave_one_out import leave_one_out, leave_one_out_alone
from sweetspot.predict.linear_probe import linear_probe
from sweetspot.predict.plug_in import plug_in
from sweetspot.predict.prediction import Prediction
from sweetspot.predict.residual_rules import residual_gcv, residual_ml, tight_rule
from sweetspot.predict.spectral_rules import frechet_rule, rapsd_255_rule, rapsd_rule

METHODS: dict[str, Callable[[Evidence], Prediction]] = {
    "fixed_0": real_only,
    "fixed_1": one_to_one,
    "fixed_2": one_to_two,
    "everything": everything,
    "rapsd": rapsd_rule,
    "rapsd_255": rapsd_255_rule,
    "frechet": frechet_rule,
    "tight": tight_rule,
    "residual_ml": residual_ml,
    "residual_gcv": residual_gcv,
    "plug_in": plug_in,
    "leave_one_out": leave_one_out,
    "leave_one_out_alone": leave_one_out_alone,
    "linear_probe": linear_probe,
}
