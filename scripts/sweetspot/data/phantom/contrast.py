"""What a spin-echo sequence makes of the tissues of the brain at 1.5 T."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from sweetspot.config.phantom import SpinEcho


@dataclass(frozen=True)
class Relaxation:
    """T1 and T2 in ms, and proton density relative to that of CSF."""

    t1: float
    t2: float
    proton_density: float


# Values at 1.5 T of the BrainWeb simulator, McConnell Brain Imaging Centre, `tissue_mr_parameters.txt`; described in
# Kwan, Evans and Pike (IEEE Trans Med Imaging 1999;18:1085) and Collins et al. (IEEE Trans Med Imaging 1998;17:463).
TISSUE_RELAXATION = {
    "GM": Relaxation(t1=833.0, t2=83.0, proton_density=0.86),
    "WM": Relaxation(t1=500.0, t2=70.0, proton_density=0.77),
    "CSF": Relaxation(t1=2569.0, t2=329.0, proton_density=1.0),
    "lesion": Relaxation(t1=752.0, t2=237.0, proton_density=0.76),
}


def spin_echo_signal(tissue: Relaxation, sequence: SpinEcho) -> float:
    """S = PD (1 - exp(-TR / T1)) exp(-TE / T2), relative to CSF at infinite TR and zero TE.

    The steady state of a 90°-180° sequence for TE much shorter than TR (Bernstein, King and Zhou, Handbook of MRI Pulse
    Sequences, 2004, section 14.3).
    """
    recovered = 1 - exp(-sequence.repetition_time / tissue.t1)
    return tissue.proton_density * recovered * exp(-sequence.echo_time / tissue.t2)
