"""Lesions of multiple sclerosis, grown inside of a subject's white matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sweetspot.config.phantom import Lesions
from sweetspot.data.phantom.smooth_field import smooth_field
from sweetspot.data.phantom.template import Brain
from sweetspot.data.slice_set import TISSUES
from sweetspot.errors import InputError
from sweetspot.streams import numpy_stream

# Lesions are ovoid and ragged: the longest axis is up to 2.5 times the others; the edge wanders on a scale of 6 mm.
ELONGATION = 2.5
RAGGEDNESS = 0.25
RAGGEDNESS_SCALE = 6.0


@dataclass(frozen=True)
class LesionMaps:
    """The lesions of one session.

    region : bool, shape of the brain: where there is a lesion.
    tissue : float32, same shape: share of a voxel that is lesion tissue; above 0 just where `region` is.
    """

    region: np.ndarray
    tissue: np.ndarray


def grow_lesions(brain: Brain, settings: Lesions, subject: str, seed: int, sessions: int) -> list[LesionMaps]:
    """The lesions of each session: from one to the next they grow or appear, and none shrinks.

    The number in the first session is 1 + a negative binomial, volumes are log-normal. A lesion takes the voxels of
    white matter around its seed in the order of a cost, the distance from the seed in a ragged ellipsoid, until it
    has its volume; so a larger volume contains a smaller one. Each lesion has its own stream.

    Raises
    ------
    InputError : the brain that is seen has no white matter.
    """
    white = brain.fractions[TISSUES.index("WM")] > 0.5
    candidates = np.flatnonzero(white)
    if not len(candidates):
        raise InputError(
            "`field_of_view`: there is no white matter for lesions between these heights; raise the upper one"
        )
    chances = np.cumsum(_seed_chances(brain, settings, candidates))
    ragged = np.exp(RAGGEDNESS * smooth_field(_stream(subject, "raggedness", seed), brain.axes, RAGGEDNESS_SCALE))
    onsets = _onsets(settings, _stream(subject, "number", seed), sessions)
    region = np.zeros((sessions, *white.shape), dtype=bool)
    tissue = np.zeros((sessions, *white.shape), dtype=np.float32)
    for number, onset in enumerate(onsets):
        stream = _stream(subject, f"lesion/{number}", seed)
        start = np.unravel_index(candidates[np.searchsorted(chances, chances[-1] * stream.random())], white.shape)
        volume = min(settings.median_volume * np.exp(settings.log_sd_volume * stream.normal()), settings.maximum_volume)
        severity = stream.uniform(settings.least_severity, 1)
        volumes = [volume * (1 + settings.growth) ** (session - onset) for session in range(onset, sessions)]
        box, lesions = _grow_one(brain, white, ragged, start, volumes, stream)
        for session, lesion in enumerate(lesions, start=onset):
            region[session][box] |= lesion
            tissue[session][box] = np.maximum(tissue[session][box], severity * lesion)
    return [LesionMaps(*maps) for maps in zip(region, tissue, strict=True)]


def _seed_chances(brain: Brain, settings: Lesions, candidates: np.ndarray) -> np.ndarray:
    near = np.exp(-brain.ventricle_distance.ravel()[candidates].astype(float) / settings.periventricular_distance)
    share = settings.periventricular_share
    return share * near / near.sum() + (1 - share) / len(candidates)


def _onsets(settings: Lesions, stream: np.random.Generator, sessions: int) -> list[int]:
    """The session in which each lesion appears, ascending."""
    rate = settings.dispersion / (settings.dispersion + settings.mean_number - 1)
    first = 1 + stream.negative_binomial(settings.dispersion, rate)
    new = [stream.poisson(settings.new_per_session) for _ in range(1, sessions)]
    return [session for session, count in enumerate([first, *new]) for _ in range(count)]


def _grow_one(
    brain: Brain,
    white: np.ndarray,
    ragged: np.ndarray,
    start: tuple[np.ndarray, ...],
    volumes: list[float],
    stream: np.random.Generator,
) -> tuple[tuple[slice, ...], list[np.ndarray]]:
    """The box around a lesion, and the lesion in it at each of the ascending `volumes` [mm³].

    The box has room for the first volume and its growth in white matter; it depends on nothing later, so that further
    sessions change no earlier one.
    """
    radius = (3 * volumes[0] / (4 * np.pi)) ** (1 / 3)
    reach = int(np.ceil(3 * radius / brain.voxel)) + 1
    box = tuple(slice(max(0, i - reach), i + reach + 1) for i in map(int, start))
    seed = tuple(int(i) - part.start for i, part in zip(start, box, strict=True))
    axes = [axis[part] for axis, part in zip(brain.axes, box, strict=True)]
    cost = ragged[box] * _ellipsoid_distance(axes, seed, stream)
    cost[~white[box]] = np.inf
    cost[seed] = 0
    order = np.argsort(cost, axis=None, kind="stable")[: np.isfinite(cost).sum()]
    lesions = []
    for volume in volumes:
        grown = np.zeros(cost.size, dtype=bool)
        grown[order[: max(1, round(volume / brain.voxel**3))]] = True
        components, _ = ndimage.label(grown.reshape(cost.shape))
        lesions.append(components == components[seed])
    return box, lesions


def _ellipsoid_distance(axes: list[np.ndarray], seed: tuple[int, ...], stream: np.random.Generator) -> np.ndarray:
    """Distance from the seed, mm, where the axis of a random direction counts for less."""
    x, y, z = np.meshgrid(*(axis - axis[i] for axis, i in zip(axes, seed, strict=True)), indexing="ij", sparse=True)
    direction = stream.standard_normal(3)
    direction /= np.linalg.norm(direction)
    along = direction[0] * x + direction[1] * y + direction[2] * z
    stretch = stream.uniform(1, ELONGATION)
    squared = x**2 + y**2 + z**2 - (1 - 1 / stretch**2) * along**2
    return np.sqrt(np.maximum(squared, 0))


def _stream(subject: str, name: str, seed: int) -> np.random.Generator:
    return numpy_stream(f"phantom/{subject}/{name}", seed)
