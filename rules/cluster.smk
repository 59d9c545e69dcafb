# What keeps runs apart, and what the jobs of a cluster need.
import signal

from sweetspot.cluster.orphaned_jobs import stop_orphaned_jobs
from sweetspot.cluster.orphaned_programs import MARK, stop_orphaned_programs
from sweetspot.cluster.run_lock import RunLock

# A shell that is told to end waits for its program, which saves its state first.
shell.prefix("set -euo pipefail; trap : TERM; ")
if not workflow.is_main_process:
    # SLURM's warning is for the program too, and would end this process, which waits for it.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)

if workflow.scheduling_settings:
    # To keep to a rate of jobs, Snakemake looks again after each span for every job that has ended, and waits a last span
    # at the end. No limit is needed here.
    workflow.scheduling_settings.max_jobs_per_timespan = None


def become_own_task():
    """Every task of a job array starts as the first, with the commands of the others in an option: become one's own.

    The plugin would run that command below this process, which then waits for the results of the first task, and fails
    and removes them if that one takes longer.
    """
    option = "--slurm-jobstep-array-execs="
    commands = next((each.removeprefix(option) for each in sys.argv if each.startswith(option)), None)
    task = os.environ.get("SLURM_ARRAY_TASK_ID")
    if commands and task and task != os.environ.get("SLURM_ARRAY_TASK_MIN"):
        from snakemake_executor_plugin_slurm_jobstep import _decompress_array_task_call

        os.execvp("sh", ["sh", "-c", _decompress_array_task_call(commands, int(task))])


become_own_task()
LOCK = RunLock(Path(".snakemake/run.lock"))


def refuse_limited_arrays():
    """A task over a limit is never ready, so its array would never be submitted, and the run would wait for ever."""
    limits = [f"--jobs {workflow.nodes}"] if workflow.nodes < sys.maxsize else []
    resources = workflow.global_resources.items()
    limits += [f"--resources {name}={limit.value}" for name, limit in resources if not name.startswith("_")]
    if workflow.executor_settings.array_jobs and limits:
        raise InputError(
            f"{', '.join(limits)}: job arrays and a limit do not go together; leave it out, or switch arrays off with "
            "--slurm-array-jobs=''"
        )


def start_alone():
    """Refuse to run beside another run in this folder, and stop what an earlier one left behind."""
    try:
        LOCK.take()
        on_cluster = workflow.executor_plugin.name == "slurm"
        if on_cluster:
            refuse_limited_arrays()
        if on_cluster or Path(".snakemake/slurm_logs").is_dir():
            stop_orphaned_jobs(Path.cwd())
        stop_orphaned_programs(Path.cwd())
        os.environ[MARK] = str(Path.cwd())
    except InputError as error:
        raise WorkflowError(str(error)) from None


# Neither in dry runs nor in the processes of jobs.
onstart:
    need_data()
    start_alone()
    keep_config(config)
