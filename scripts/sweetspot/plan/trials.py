"""Which networks of a workflow to time, and the timing of all of them, as many at once as jobs will run."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from sweetspot.config.budget import StepBudget
from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.compute import Compute
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.config.workflow import Workflow
from sweetspot.device import select_device
from sweetspot.plan import networks
from sweetspot.plan.job import Kind
from sweetspot.plan.sizes import DataSizes
from sweetspot.plan.timing import Timing, time_network, time_start
from sweetspot.plan.trial import (
    OPERATIONS,
    ClassifierTraining,
    DenoiserSampling,
    DenoiserTraining,
    SegmenterTraining,
    Trial,
)

EVALUATE_EVERY = 20  # steps, where the budget is in epochs


def trials_of(workflow: Workflow, sizes: dict[str, DataSizes]) -> dict[Kind, Trial]:
    """One trial for each kind of work that a network does.

    Raises
    ------
    InputError : the device that a network is to compute on is not here.
    """
    found: list[Trial] = []
    for name, task in workflow.tasks.items():
        found += _of_images(task, sizes[name]) if task.kind == "classification" else _of_slices(task, sizes[name])
    for trial in found:
        select_device(trial.config.compute)
    return {trial.kind: trial for trial in found}


def _of_images(task: ClassificationTask, sizes: DataSizes) -> list[Trial]:
    denoiser = networks.class_denoiser(task.generator, sizes.shape, sizes.classes)
    classifier = networks.classifier(task.classifier, sizes.shape, sizes.classes)
    experiment = task.experiments["in_domain"]
    return [
        *_of_selection(task, sizes),
        DenoiserTraining(
            Kind("train_generator", denoiser.forward), denoiser, sizes.shape, task.generator, sizes.classes
        ),
        DenoiserSampling(
            Kind("sample_generator", denoiser.forward),
            denoiser,
            sizes.shape,
            task.generator,
            task.sampling,
            sizes.classes,
        ),
        ClassifierTraining(
            Kind("train_classifier", classifier.forward),
            classifier,
            sizes.shape,
            task.classifier,
            sizes.classes,
            min(experiment.seeds, task.classifier.replicas_together),
            sizes.parts["validation"],
            _evaluate_every(experiment.budget),
        ),
    ]


def _of_selection(task: ClassificationTask, sizes: DataSizes) -> list[Trial]:
    """The transformer; the convolutional network is that of the experiments."""
    settings = task.selection
    if not settings or ("transformer" not in {architecture for _, architecture in settings.trainings()}):
        return []
    network = networks.transformer(settings.transformer, task.classifier, sizes.shape, sizes.classes)
    return [
        ClassifierTraining(
            Kind("train_classifier", network.forward),
            network,
            sizes.shape,
            task.classifier,
            sizes.classes,
            task.classifier.replicas_together,
            sizes.parts["validation"],
            _evaluate_every(settings.budget),
            settings.transformer,
        )
    ]


def _of_slices(task: SegmentationTask, sizes: DataSizes) -> list[Trial]:
    found: list[Trial] = []
    chain = next(iter(task.chains().values()))
    for channels in task.networks().values():
        whole = networks.mask_denoiser(task.generator, len(channels), task.slices.size)
        least = task.generator.patch * 2 ** (len(task.generator.channels) - 1)
        shape = (len(channels), *_timed_size(task.slices.size, least, whole, task.generator.compute))
        denoiser = networks.mask_denoiser(task.generator, len(channels), shape[1:])
        found += [
            DenoiserTraining(Kind("train_mask_generator", whole.forward), denoiser, shape, task.generator, 0),
            DenoiserSampling(Kind("sample_mask_generator", whole.forward), denoiser, shape, task.generator, chain, 0),
        ]
    config, modalities = task.segmenter, sizes.shape[0]
    whole = networks.segmenter(config, modalities, task.slices.size)
    size = _timed_size(task.slices.size, 2 ** (len(config.channels) - 1), whole, config.compute)
    segmenter = networks.segmenter(config, modalities, size)
    every = _evaluate_every(task.experiments["in_domain"].budget)
    kind, validation = Kind("train_segmenter", whole.forward), sizes.parts["validation"]
    return [*found, SegmenterTraining(kind, segmenter, (modalities, *size), config, validation, every)]


def _timed_size(size: tuple[int, int], divisor: int, network: networks.Network, compute: Compute) -> tuple[int, int]:
    """The size of slices to time: smaller, on a CPU, if one would take long.

    All layers of the networks of slices do the same work at each pixel.
    """
    operations, on_cpu = network.training, select_device(compute).type == "cpu"
    while on_cpu and operations > OPERATIONS and not any(length % (2 * divisor) for length in size):
        size, operations = (size[0] // 2, size[1] // 2), operations / 4
    return size


def _evaluate_every(budget: object) -> int:
    return budget.evaluate_every if isinstance(budget, StepBudget) else EVALUATE_EVERY


def run_trials(trials: Iterable[Trial], rules: Iterable[str], at_once: int) -> tuple[list[Timing], dict[str, float]]:
    """Time networks, and the starts of the programs of `rules`, `at_once` of them at a time, as jobs slow each other.

    Returns
    -------
    The timings, and the seconds of each start.
    """
    # A fresh process for each, as for a job: what one has loaded must not make the next one faster.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, context, max_tasks_per_child=1) as pool:
        timings = [pool.submit(time_network, trial) for trial in trials]
        starts = {rule: pool.submit(time_start, rule) for rule in rules}
        return [each.result() for each in timings], {rule: each.result() for rule, each in starts.items()}
