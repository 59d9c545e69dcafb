"""All jobs of the workflow, from its config: those of each task, of the theory, and the figures and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sweetspot.config.selection import REAL_POOL
from sweetspot.config.workflow import Workflow
from sweetspot.plan.class_jobs import ClassificationJobs
from sweetspot.plan.job import Job, Kind, Work
from sweetspot.plan.sizes import DataSizes, image_sizes, slice_sizes
from sweetspot.plan.slice_jobs import SegmentationJobs

TASK_JOBS = {"classification": ClassificationJobs, "segmentation": SegmentationJobs}


def task_sizes(workflow: Workflow) -> dict[str, DataSizes]:
    """The sizes of the data of each task.

    Raises
    ------
    InputError : neither config nor files say how large the images of a task are.
    """
    return {
        name: image_sizes(name, task) if task.kind == "classification" else slice_sizes(task)
        for name, task in workflow.tasks.items()
    }


def workflow_jobs(workflow: Workflow, sizes: dict[str, DataSizes]) -> list[Job]:
    """The jobs of `snakemake` without a target, each after those that it needs; `all` itself is left out."""
    jobs = [job for name, task in workflow.tasks.items() for job in TASK_JOBS[task.kind](name, task, sizes[name]).all()]
    return [*jobs, *_theory(workflow), *_figures_and_tables(workflow, jobs)]


def _theory(workflow: Workflow) -> Iterator[Job]:
    kernel = workflow.kernel_regression
    for row in kernel.rows:
        work = {Kind("kernel_regression"): float(kernel.draws * kernel.lambdas.points)}
        yield Job(f"kernel_regression/{row}", "kernel_regression", "theory", work=work)
    noisy = kernel.signal_to_noise
    work = {Kind("signal_to_noise"): float(noisy.draws * noisy.simulated)}
    yield Job("signal_to_noise", "signal_to_noise", "theory", work=work)
    yield _drawn("traditional_bound", "traditional_bound", (), stage="theory")
    work = {Kind("simulate_joint_training"): float(workflow.joint_training.draws)}
    yield Job("simulate_joint_training", "simulate_joint_training", "theory", work=work)


def _figures_and_tables(workflow: Workflow, jobs: Sequence[Job]) -> Iterator[Job]:
    def of_rules(*rules: str) -> tuple[str, ...]:
        return tuple(job.name for job in jobs if job.rule in rules)

    cells = of_rules("train_classifier", "train_segmenter")
    distances = of_rules("measure_class_distances", "measure_slice_distances")
    pilots, predicted = of_rules("pilot_classifier", "pilot_segmenter"), of_rules("predict_ratios")
    shifted = [name for name, task in workflow.tasks.items() if "domain_shift" in task.experiments]
    of_shifted = tuple(name for name in distances if name.split("/")[1] in shifted)
    kernel = tuple(f"kernel_regression/{row}" for row in workflow.kernel_regression.rows)
    yield _drawn("collect_runs", "collect_runs", cells)
    yield _drawn("collect_distances", "collect_distances", distances)
    yield _drawn("judge_predictions", "judge_predictions", ("collect_runs", *predicted))
    yield _drawn("rank_distances", "rank_distances", ("collect_runs", "collect_distances"))
    yield _drawn("prediction_costs", "prediction_costs", ("collect_runs", *predicted, *pilots))
    yield _drawn("table_1", "table_1", kernel)
    yield _drawn("table_2", "table_2", ())
    judged = ("collect_runs", "collect_distances", "judge_predictions", "table_1", "simulate_joint_training", *pilots)
    if workflow.selections():
        yield from _of_selections(workflow, of_rules("select_samples"), of_rules("train_selected"))
        judged += ("collect_selection",)
    yield _drawn("judge_claims", "judge_claims", judged)
    if workflow.tasks_of_kind("segmentation"):
        yield _drawn("table_4", "table_4", ("collect_runs",))
    for row, setting in workflow.kernel_regression.rows.items():
        yield _drawn(f"figure_{setting.figure}", f"figure_{setting.figure}", (f"kernel_regression/{row}",))
    for number in workflow.figures():
        rule = "train_classifier" if number == 7 else "train_segmenter"
        shown = (f"{rule}/{path}" for path in workflow.runs_of_figure(number).paths())
        yield _drawn(f"figure_{number}", f"figure_{number}", (*shown, *(of_shifted if number == 3 else ())))
    yield _drawn("figure_4", "figure_4", ("collect_runs", "collect_distances"))
    yield _drawn("figure_8", "figure_8", ("collect_runs", *distances))
    explored = ("collect_runs", "collect_distances", "judge_predictions")
    yield _drawn("explorer", "explorer", explored)
    yield _drawn("predictions_figure", "predictions_figure", ("judge_predictions",))
    for number in (10, 11):
        yield _drawn(f"figure_{number}", f"figure_{number}", ("signal_to_noise",))
    for number in (1, 3):
        yield _drawn(f"selection_{number}", f"selection_{number}", ("simulate_joint_training",))
    yield from _sample_pictures(workflow, jobs)


def _of_selections(workflow: Workflow, picked: tuple[str, ...], trained: tuple[str, ...]) -> Iterator[Job]:
    yield _drawn("collect_selection", "collect_selection", (*picked, *trained))
    for number in workflow.selection_tables():
        yield _drawn(f"selection_table_{number}", f"selection_table_{number}", ("collect_selection",))
    from_pools = tuple(name for name in picked if not name.endswith(f"/{REAL_POOL}"))
    yield _drawn("selection_2", "selection_2", from_pools)


def _sample_pictures(workflow: Workflow, jobs: Sequence[Job]) -> Iterator[Job]:
    for task, settings in workflow.tasks.items():
        rule = "class_samples" if settings.kind == "classification" else "slice_samples"
        shown = settings.sampling.chains()  # not those that a selection alone asks for
        own = [job for job in jobs if job.name.split("/")[1] == task]
        needs = (
            job.name
            for job in own
            if job.rule.startswith("prepare_")
            or (job.stage == "samples" and all(chain in shown for chain in job.name.split("/")[2:3]))
        )
        yield _drawn(f"samples_{task}", rule, tuple(needs))


def _drawn(name: str, rule: str, needs: tuple[str, ...], stage: str = "figures and tables") -> Job:
    """A job that takes little more than its start: its unit of work is itself."""
    work: Work = {Kind(rule): 1.0}
    return Job(name, rule, stage, needs, work)
