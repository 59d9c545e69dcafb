"""One run at a time in a folder, and no lock that outlives its holder."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from sweetspot.cluster.run_lock import RunLock
from sweetspot.errors import InputError

HOLD = """
import sys, time
from pathlib import Path
from sweetspot.cluster.run_lock import RunLock
RunLock(Path(sys.argv[1])).take()
print("taken", flush=True)
time.sleep(600)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".snakemake" / "run.lock"


@pytest.fixture
def holder(path):
    """Another process that holds the lock."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout.readline() == b"taken\n"
        yield process
        process.kill()


def test_a_second_run_is_refused_and_told_who_is_at_work(path, holder, tmp_path):
    with pytest.raises(InputError, match=rf"another run .* \(process {holder.pid} on .*, since 20.*\); wait") as caught:
        RunLock(path).take()
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_ends_with_its_holder(path, holder, number):
    holder.send_signal(number)
    holder.wait()
    RunLock(path).take()


def test_a_released_lock_can_be_taken_again(path):
    lock = RunLock(path)
    for _ in range(2):
        lock.take()
        lock.release()


def test_programs_started_by_the_holder_do_not_keep_the_lock(path):
    lock = RunLock(path)
    lock.take()
    with subprocess.Popen(["sleep", "600"], close_fds=False) as left:
        lock.release()
        try:
            RunLock(path).take()
        finally:
            left.kill()


def test_without_locks_on_the_file_system_a_run_starts_with_a_warning(path, monkeypatch, capsys):
    def refuse(file, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    RunLock(path).take()
    assert "this file system has no locks; start no second run" in capsys.readouterr().err
