# Helpers of all rules: the checked config, the code that a program runs, and each rule's own part of the config.
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

# Commands run with the Python that runs Snakemake, and find the library without being installed.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]))
SCRIPTS = Path(workflow.basedir, "scripts")
sys.path.insert(0, str(SCRIPTS))

from sweetspot.code_graph import code_files
from sweetspot.config.sampling import parse_quality
from sweetspot.load_config import load_workflow, read_config
from sweetspot.data.readers import folder_listing, source_files
from sweetspot.errors import InputError

if Path.cwd() != Path(workflow.basedir).resolve():
    raise WorkflowError(f"run Snakemake in {workflow.basedir}: the commands of the rules are relative to it")
try:
    for path in workflow.configfiles:
        read_config(path)  # Snakemake has read it too, but takes the last of two equal keys without a word.
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
    return source_files(CONFIG.tasks[task].data)


def data_listing(task):
    return folder_listing(CONFIG.tasks[task].data)


def prepare_data_config(task):
    return CONFIG.tasks[task].prepared_data().to_json()


def generator_config(task):
    return CONFIG.tasks[task].generator_training().to_json()


def sampling_config(task, chain):
    return CONFIG.tasks[task].sampling.chains()[chain].to_json()


def runs_config(task, experiment):
    return CONFIG.tasks[task].classifier_runs(experiment).to_json()


def sample_folder(wildcards):
    """The samples that a cell trains on: the folder of its quality's chain; nothing for real data."""
    if wildcards.arm != "synthetic":
        return []
    return f"results/samples/{wildcards.task}/{parse_quality(wildcards.quality).chain}"


def all_cells():
    """The files of all cells of all experiments; the quality of real data is `none` in a path."""
    return [
        f"results/downstream/{task}/{experiment}/{arm}/{quality or 'none'}/ratio={ratio:g}.csv"
        for task, settings in CONFIG.tasks.items()
        for experiment in settings.experiments
        for arm, quality, ratio in settings.cells(experiment)
    ]
