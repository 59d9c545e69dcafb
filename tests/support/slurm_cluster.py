"""A real SLURM on one machine: munge, a controller and two nodes with a GPU each, all out of one temporary folder.

Nothing of the system is changed: the cluster has its own key, sockets, ports and configuration, and is found through
the environment variable SLURM_CONF. The GPUs are device files that every machine has.

`python tests/support/slurm_cluster.py` starts one and opens a shell in which sbatch, squeue and scontrol work.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

PROGRAMS = ("setpriv", "munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol")
# Debian keeps the daemons where only root's PATH looks.
PATH = os.pathsep.join([*os.get_exec_path(), "/usr/sbin", "/sbin"])
GPUS = {"node1": "/dev/null", "node2": "/dev/zero"}
START_SECONDS = 60

# Without `cred_expire`, a job that is put back into the queue waits there for two minutes.
CONFIGURATION = """\
ClusterName=box
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
ReturnToService=2
SlurmdTimeout=10
KillWait=20
MinJobAge=3600
MailProg=/bin/true
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=16000 Gres=gpu:fake:1
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=16000 Gres=gpu:fake:1
PartitionName=cpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
PartitionName=gpu Nodes=ALL MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def why_not() -> str | None:
    """Why no cluster can be started here, or None if one can."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if missing:
        return f"SLURM's programs are not installed ({', '.join(missing)}): apt-get install slurm-wlm munge"
    return None if os.geteuid() == 0 else "a SLURM cluster of its own can be started by root only"


def free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class SlurmCluster:
    """The running cluster. `environment` makes SLURM's commands find it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "slurm.conf"
        self.daemons: dict[str, subprocess.Popen] = {}

    @property
    def variables(self) -> dict[str, str]:
        """What SLURM's commands find this cluster by."""
        return {"SLURM_CONF": str(self.configuration), "PATH": f"{self.folder / 'bin'}{os.pathsep}{PATH}"}

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this process with those of the cluster, and without any of a job that it is part of."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH"))}
        return kept | self.variables

    def start(self) -> None:
        self._configure()
        self._start("munged", "--foreground", "--key-file", "munge.key", "--socket", "munge.socket", "--pid-file",
                    "munge.pid", "--log-file", "munge.log", "--seed-file", "munge.seed")  # fmt: skip
        self._wait(lambda: (self.folder / "munge.socket").is_socket(), "munged")
        self._start("slurmctld", "-D", "-i")
        for node in GPUS:
            self.start_node(node)
        self._wait(lambda: self.node_states() == dict.fromkeys(GPUS, "idle"), "the nodes")

    def start_node(self, node: str) -> None:
        self._start("slurmd", "-D", "-N", node, key=node)

    def kill_node(self, node: str) -> None:
        """The node vanishes, with all that runs on it."""
        daemon = self.daemons.pop(node)
        for process in (daemon, *self._processes(SLURMD_NODENAME=node)):
            process.kill()
        daemon.wait()

    def command(self, *words: str) -> str:
        """The output of one of SLURM's commands."""
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def node_states(self) -> dict[str, str]:
        try:
            return dict(
                line.split() for line in self.command("sinfo", "-h", "-N", "-p", "cpu", "-o", "%N %t").splitlines()
            )
        except RuntimeError:
            return {}

    def stop(self) -> None:
        """Kill whatever belongs to the cluster; twice, as a daemon may just be starting something."""
        for _ in range(2):
            processes = self._processes()
            for process in processes:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(processes, timeout=10)
        for daemon in self.daemons.values():
            daemon.wait()

    def _configure(self) -> None:
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        host = socket.gethostname().split(".")[0]
        text = CONFIGURATION.format(folder=self.folder, host=host, ports=free_ports(1 + len(GPUS)))
        self.configuration.write_text(text, encoding="utf-8")
        lines = [f"NodeName={node} Name=gpu Type=fake File={device}\n" for node, device in GPUS.items()]
        (self.folder / "gres.conf").write_text("".join(lines), encoding="utf-8")
        self._wrap_srun()

    def _wrap_srun(self) -> None:
        """An srun that finds the cluster without SLURM_CONF, which Snakemake's plugin takes away from it."""
        wrapper = self.folder / "bin" / "srun"
        wrapper.parent.mkdir()
        program = shutil.which("srun", path=PATH)
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={self.configuration} exec {program} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)

    def _start(self, program: str, *arguments: str, key: str | None = None) -> None:
        with (self.folder / f"{key or program}.out").open("ab") as output:
            self.daemons[key or program] = subprocess.Popen(
                # Ends with this process, even if that is killed.
                ["setpriv", "--pdeathsig", "KILL", shutil.which(program, path=PATH), *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _processes(self, **environment: str) -> list[psutil.Process]:
        """The processes of this cluster, jobs included, or of one of its nodes: known by their environment.

        First the slurmstepd, which have lost theirs, but are the parents of jobs: they would report what ends below
        them.
        """
        wanted = {"SLURM_CONF": str(self.configuration)} | environment
        found, stepds = set(), set()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid != os.getpid() and wanted.items() <= process.environ().items():
                    found.add(process)
                    stepds.update(each for each in process.parents() if each.name().startswith("slurmstepd"))
        return [*stepds, *(found - stepds)]

    @staticmethod
    def _wait(condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(f"the test cluster: {what} did not start within {START_SECONDS} s")
            time.sleep(0.1)


@contextlib.contextmanager
def slurm_cluster() -> Iterator[SlurmCluster]:
    """A running cluster, in a folder of a short name: the path of a socket may have 108 characters."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    cluster = SlurmCluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """A shell in a cluster."""
    if why_not():
        sys.exit(f"error: {why_not()}")
    with slurm_cluster() as cluster:
        print(cluster.command("sinfo"), "The cluster stops when you leave this shell.", sep="\n")
        subprocess.run([os.environ.get("SHELL", "sh")], env=cluster.environment, check=False)


if __name__ == "__main__":
    main()
