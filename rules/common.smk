# Helpers of all rules: the checked config, the code that a program runs, and each rule's own part of the config.
import hashlib
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

# Commands run with the Python that runs Snakemake, and find the library without being installed.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]))
SCRIPTS = Path(workflow.basedir, "scripts")
sys.path.insert(0, str(SCRIPTS))

from sweetspot.code_graph import code_files
from sweetspot.config.classifier import ClassifierRuns
from sweetspot.config.data import PreparedData
from sweetspot.config.hyperparameters import Hyperparameters, TaskHyperparameters
from sweetspot.config.sampling import parse_quality
from sweetspot.config.workflow import load_workflow
from sweetspot.errors import InputError

try:
    CONFIG = load_workflow(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

FIGURES = expand(
    "results/figures/figure_{number}.{ending}",
    number=[*(row.figure for row in CONFIG.kernel_regression.rows.values()), 7],
    ending=["pdf", "png"],
)
TABLES = expand("results/tables/{name}.csv", name=["runs", "claims", "table_1", "table_2"])


wildcard_constraints:
    task="|".join(CONFIG.tasks),
    ratio=r"[0-9.e+-]+",


def code(program):
    """The program and the local modules that it imports: an edit in any of them runs its rule again."""
    return [
        str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
        for path in code_files(SCRIPTS / f"{program}.py")
    ]


def data_files(task):
    """The single files that a task's reader opens."""
    source = CONFIG.tasks[task].data
    paths = [getattr(source, name, None) for name in ("path", "images", "labels")]
    return [path for path in paths if path and Path(path).is_file()]


def data_listing(task):
    """A hash of name, size and time of all files in a task's folder, so that a new picture is noticed; else empty."""
    folder = Path(getattr(CONFIG.tasks[task].data, "path", ""))
    if not folder.name or not folder.is_dir():
        return ""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    rows = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def prepare_data_config(task):
    settings = CONFIG.tasks[task]
    return PreparedData(data=settings.data, split=settings.split).to_json()


def generator_config(task):
    return CONFIG.tasks[task].generator_training().to_json()


def sampling_config(task, chain):
    return CONFIG.tasks[task].sampling.chains()[chain].to_json()


def runs_config(task, experiment):
    settings = CONFIG.tasks[task]
    chosen = settings.experiments[experiment]
    return ClassifierRuns(
        classifier=settings.classifier,
        budget=chosen.budget,
        n_real=chosen.n_real,
        seeds=chosen.seeds,
    ).to_json()


def hyperparameters_config():
    return Hyperparameters(
        tasks={
            name: TaskHyperparameters(**{block: getattr(settings, block) for block in TaskHyperparameters.model_fields})
            for name, settings in CONFIG.tasks.items()
        }
    ).to_json()


def sample_folder(wildcards):
    """The samples that a cell trains on: the folder of its quality's chain; nothing for real data."""
    if wildcards.arm != "synthetic":
        return []
    return f"results/samples/{wildcards.task}/{parse_quality(wildcards.quality).chain}"


def cells(task, experiment):
    """The files of all cells of an experiment: real data only, more real data, and each quality, over the ratios."""
    settings = CONFIG.tasks[task]
    arms = [("real_only", "none", [0.0])]
    arms += [("more_real", "none", settings.more_real_ratios(experiment))]
    arms += [
        ("synthetic", quality, settings.experiments[experiment].ratios) for quality in settings.qualities_of(experiment)
    ]
    return [
        f"results/downstream/{task}/{experiment}/{arm}/{quality}/ratio={ratio:g}.csv"
        for arm, quality, ratios in arms
        for ratio in ratios
    ]


def all_cells():
    return [
        path
        for task, settings in CONFIG.tasks.items()
        for experiment in settings.experiments
        for path in cells(task, experiment)
    ]
