"""One cell of a segmentation experiment: an arm at a ratio, for some seeds, as groups of runs."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from sweetspot.checkpoints import Part
from sweetspot.config.segmenter import SegmenterRuns
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.job import Group, Row
from sweetspot.downstream.segmentation import TrainingSlices, evaluate_segmenter, train_segmenter
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.errors import InputError

# The arms that an experiment may have, by the domain of its real slices.
ARMS = {
    "target": ("real_only", "synthetic", "more_real"),
    "source": ("real_only", "synthetic", "more_source", "target_real"),
}


def cell_groups(
    cell: Cell,
    config: SegmenterRuns,
    real: SliceSet,
    added: SliceSet | None,
    validation: SliceSet,
    test: SliceSet,
) -> Iterator[Group]:
    """The runs of `cell`, each a group of its own, since a small U-Net gains nothing from company.

    `n_real` counts all real slices of a training set, those of another domain included.

    Parameters
    ----------
    real : the pool of real slices of the domain `config.real`.
    added : for `synthetic` the synthetic pool, for `target_real` the target domain's training part, else None.

    Raises
    ------
    InputError : an arm that does not go with `config.real`, a pool that is too small, slices of another shape, or a
        training that diverges.
    """
    if cell.arm not in ARMS[config.real]:
        raise InputError(
            f"arm {cell.arm} does not go with `real: {config.real}`; its arms are {', '.join(ARMS[config.real])}"
        )
    for name, data in (("added", added), ("validation", validation), ("test", test)):
        _check_shape(name, data, real)
    real_labels = real.has_lesion()
    added_labels = np.empty(0, np.int64) if added is None else added.has_lesion()

    def train(seed: int, checkpoints: Part) -> list[Row]:
        own, others = training_set(cell, config.n_real, real_labels, added_labels, seed)
        parts = [(real, own)] if added is None else [(real, own), (added, others)]
        training = TrainingSlices(parts)
        trained = train_segmenter(config.segmenter, config.budget, training, seed, validation, checkpoints)
        if not np.isfinite(trained.validation_loss):
            raise InputError(
                f"the segmenter of seed {seed} never had a finite validation loss: lower the config key "
                "`segmenter.learning_rate`"
            )
        result = evaluate_segmenter(config.segmenter, trained.network, test)
        metrics = {
            "loss": result.loss,
            "dice": result.dice,
            "lesion_f1": result.lesion_f1,
            "validation_loss": trained.validation_loss,
        }
        n_synthetic = len(others) if cell.arm == "synthetic" else 0
        n_real = len(own) + len(others) - n_synthetic
        key = (cell.task, cell.experiment, cell.arm, cell.quality, cell.ratio, "random", n_real, n_synthetic)
        return [(*key, trained.steps, seed, metric, value) for metric, value in metrics.items()]

    for seed in range(config.first_seed, config.first_seed + config.seeds):
        yield Group(f"{cell.arm}/ratio={cell.ratio:g}/seed={seed}", functools.partial(train, seed))


def _check_shape(name: str, data: SliceSet | None, real: SliceSet) -> None:
    if data is not None and data.images.shape[1:] != real.images.shape[1:]:
        raise InputError(
            f"{name} slices have shape {data.images.shape[1:]} (modalities, height, width), real ones "
            f"{real.images.shape[1:]}; prepare the data and sample the generator again"
        )
    if name != "added" and data is not None and len(data.masks) == 0:
        raise InputError(f"there is no slice in the part {name}; give it subjects in the config key `split`")
