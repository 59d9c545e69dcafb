"""Snakemake that looks at its SLURM jobs every second.

The plugin waits ten seconds longer each time that none has ended, for the sake of a cluster that others share.
"""

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor

RemoteExecutor.next_seconds_between_status_checks = property(lambda executor: 1, lambda executor, seconds: None)

if __name__ == "__main__":
    main()
