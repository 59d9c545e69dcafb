# What keeps runs apart, and what the jobs of a cluster need.
import signal

from sweetspot.cluster.orphaned_jobs import stop_orphaned_jobs
from sweetspot.cluster.run_lock import RunLock

# A shell that is told to end waits for its program, which saves its state first.
shell.prefix("set -euo pipefail; trap : TERM; ")
if not workflow.is_main_process:
    # SLURM's warning is for the program too, and would end this process, which waits for it.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
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
    """Refuse to run beside another run in this folder, and stop what an earlier one left behind on a cluster."""
    try:
        LOCK.take()
        if workflow.executor_plugin.name == "slurm":
            refuse_limited_arrays()
            stop_orphaned_jobs(Path.cwd())
    except InputError as error:
        raise WorkflowError(str(error)) from None


# Neither in dry runs nor in the processes of jobs.
onstart:
    need_data()
    start_alone()
