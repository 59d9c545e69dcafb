# Helpers of all rules: the checked config, the code that a program runs, and each rule's own part of the config.
import functools
import os
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# Commands run with the Python that runs Snakemake, and find the library without being installed.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]))
SCRIPTS = Path(workflow.basedir, "scripts")
sys.path.insert(0, str(SCRIPTS))

from sweetspot.audit.job import CONFIG_VARIABLE, Job
from sweetspot.audit.workflow_config import config_path, keep_config
from sweetspot.code_graph import code_hash
from sweetspot.config.fan_out import SHARE, parse_share
from sweetspot.config.sampling import parse_quality
from sweetspot.data import bids
from sweetspot.load_config import load_workflow, missing_data, read_config
from sweetspot.data.readers import folder_listing, source_files
from sweetspot.errors import InputError

if Path.cwd() != Path(workflow.basedir).resolve():
    raise WorkflowError(f"run Snakemake in {workflow.basedir}: the commands of the rules are relative to it")
try:
    for path in workflow.configfiles:
        read_config(path)  # Snakemake has read it too, but takes the last of two equal keys without a word.
    CONFIG = load_workflow(config, data_needed=False)
except InputError as error:
    raise WorkflowError(str(error)) from None
MISSING_DATA = missing_data(CONFIG)
os.environ[CONFIG_VARIABLE] = config_path(config).as_posix()

CLASSIFICATION, SEGMENTATION = map(CONFIG.tasks_of_kind, ("classification", "segmentation"))
SHIFTED = [task for task in SEGMENTATION if "domain_shift" in CONFIG.tasks[task].experiments]
SELECTIONS = CONFIG.selections()
FIGURES = expand(
    "results/figures/{name}.{ending}",
    name=[
        *(f"figure_{row.figure}" for row in CONFIG.kernel_regression.rows.values()),
        *(f"figure_{number}" for number in CONFIG.figures()),
        *(f"samples_{task}" for task in CONFIG.tasks),
        *("figure_4", "figure_8", "predictions", "figure_10", "figure_11", "traditional_bound"),
        *("selection_1", *(["selection_2"] if SELECTIONS else []), "selection_3"),
    ],
    ending=["pdf", "png"],
) + ["results/figures/explorer.html"]
TABLES = [
    *expand(
        "results/tables/{name}.csv",
        name=[
            "runs",
            "distances",
            "distance_ranks",
            "predictions",
            "regrets",
            "methods",
            "claims",
            "table_1",
            "table_2",
            *(["selection"] if SELECTIONS else []),
            *(f"selection_table_{number}" for number in CONFIG.selection_tables()),
        ],
    ),
    "results/benchmarks/prediction_costs.csv",
    *(["results/benchmarks/table_4.csv"] if SEGMENTATION else []),
]


def only(names):
    """The pattern of a wildcard that is one of `names`; without any, it matches nothing."""
    return "|".join(map(re.escape, dict.fromkeys(names))) or "(?!)"


wildcard_constraints:
    task="|".join(CONFIG.tasks),
    network=only(network for task in SEGMENTATION for network in CONFIG.tasks[task].networks()),
    chain=only(chain for task in CONFIG.tasks.values() for chain in task.chains()),
    share=SHARE,
    pool=only(pool for selection in SELECTIONS.values() for pool in selection.all_pools()),
    paradigm=only(paradigm for selection in SELECTIONS.values() for paradigm, _ in selection.trainings()),
    architecture=only(kind for selection in SELECTIONS.values() for _, kind in selection.trainings()),
    part=r"[0-9]+",
    parts=r"[0-9]+",


def code(program):
    """The code of a program, as a param: an edit in any module that it imports runs its rule again."""
    return f"{program}: {code_hash(SCRIPTS / f'{program}.py')}"


def job(rule):
    """What a program is told of its job for the record that it writes beside each output; see sweetspot/audit.

    Snakemake takes a param that asks for `input` and `output` as following from these, so that it makes no job run.
    """
    return lambda wildcards, input, output: Job(rule, dict(wildcards.items()), list(input), list(output)).encode()


def grows(amount):
    """`amount` of a resource, and twice as much with each further attempt."""
    return lambda wildcards, attempt: amount * 2 ** (attempt - 1)


def need_data():
    """Refuse to start without the data of all tasks."""
    if MISSING_DATA:
        raise WorkflowError("\n".join(MISSING_DATA.values()))


@functools.cache
def has_data(task):
    """Whether the user's data are there; a dry run, which needs none, says what is missing."""
    if task in MISSING_DATA and workflow.dryrun:
        logger.warning(f"Missing data, without which only a dry run works: {MISSING_DATA[task]}")
    return task not in MISSING_DATA


def data_files(task):
    return source_files(CONFIG.tasks[task].data) if has_data(task) else []


def data_listing(task):
    return folder_listing(CONFIG.tasks[task].data)


def scans_folder(task):
    """The folder of a phantom, which is made by a rule of its own; nothing for the user's data."""
    return f"results/phantom/{task}" if CONFIG.tasks[task].data.reader == "phantom" else []


def scans_files(task):
    return bids.source_files(CONFIG.tasks[task].data) if has_data(task) and not scans_folder(task) else []


def scans_listing(task):
    settings = CONFIG.tasks[task]
    return bids.listing(settings.data, settings.split) if has_data(task) and not scans_folder(task) else ""


def config_of(task, part, *arguments):
    """One part of a task's config, as JSON."""
    return getattr(CONFIG.tasks[task], part)(*arguments).to_json()


def sampling_config(task, chain):
    return CONFIG.tasks[task].chains()[chain].to_json()


def chain_folders(task):
    """The samples of a classification task: a folder for each reverse chain."""
    return [f"results/samples/{task}/{chain}" for chain in CONFIG.tasks[task].sampling.chains()]


def network_folders(task, chain=None):
    """The samples of a segmentation task: for each chain, or for one, a folder for each network of the generator."""
    chains = CONFIG.tasks[task].sampling.chains() if chain is None else [chain]
    return expand(
        "results/samples/{task}/{chain}/{network}", task=task, chain=chains, network=CONFIG.tasks[task].networks()
    )


def sample_folders(wildcards):
    """The samples that a cell trains on: those of its quality's chain; nothing for real data."""
    if wildcards.arm != "synthetic":
        return []
    chain = parse_quality(wildcards.quality).chain
    if wildcards.task in SEGMENTATION:
        return network_folders(wildcards.task, chain)
    return f"results/samples/{wildcards.task}/{chain}"


def all_sample_folders(task):
    """The samples of all qualities of a task."""
    return network_folders(task) if task in SEGMENTATION else chain_folders(task)


def pool_folders(task, pool):
    """The samples in a pool of a selection: a folder for each reverse chain; nothing for `real`."""
    return [f"results/samples/{task}/{chain}" for chain in SELECTIONS[task].chains(pool)]


def encoded_folders(task, pool):
    """The features of the images in a pool of a selection: a folder for the real ones and one for each chain."""
    return [f"results/selection/{task}/encoded/{source}" for source in ("real", *SELECTIONS[task].chains(pool))]


def all_selected(name):
    """A file of each pool of all selections, such as `measures.csv`."""
    return [f"results/selection/{task}/{pool}/{name}" for task in SELECTIONS for pool in SELECTIONS[task].all_pools()]


def all_selected_runs():
    """The file of each training of all selections."""
    return [
        f"{folder}/{paradigm}/{architecture}.csv"
        for task, selection in SELECTIONS.items()
        for folder in [f"results/selection/{task}/{pool}/runs" for pool in selection.all_pools()]
        for paradigm, architecture in selection.trainings()
    ]


def sample_masks(wildcards):
    """The masks of the synthetic slices that a cell trains on; nothing for real data."""
    return f"results/samples/{wildcards.task}/masks.npy" if wildcards.arm == "synthetic" else []


def all_runs(folder):
    """The file of each job of all experiments."""
    return [f"{folder}/{path}.csv" for path in CONFIG.all_runs().paths()]


def runs_of_figure(number):
    """The files of the jobs of the tasks that a figure shows."""
    if number not in CONFIG.figures():
        raise WorkflowError(
            f"figure_{number}: the config has no task that it shows; add one, or leave it out of `only`"
        )
    return [f"results/downstream/{path}.csv" for path in CONFIG.runs_of_figure(number).paths()]


def pilot_files(folder, task, experiment):
    """The file of each job of the pilot of an experiment."""
    jobs = CONFIG.tasks[task].experiments[experiment].pilot.jobs
    return [f"{folder}/{task}/{experiment}/{part}of{jobs}.csv" for part in range(1, jobs + 1)]


def all_pilots(folder):
    """The file of each job of the pilots of all experiments."""
    return [
        file
        for task, settings in CONFIG.tasks.items()
        for experiment in settings.experiments
        for file in pilot_files(folder, task, experiment)
    ]


def all_experiments(pattern):
    """The file of each experiment of each task."""
    return [
        pattern.format(task=task, experiment=experiment)
        for task, settings in CONFIG.tasks.items()
        for experiment in settings.experiments
    ]
