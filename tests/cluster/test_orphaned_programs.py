"""Of all processes, only those that an earlier run in this very folder has left are told to end."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from sweetspot.cluster.orphaned_programs import MARK, stop_orphaned_programs

SLEEP = [sys.executable, "-c", "import time; print('at work', flush=True); time.sleep(600)"]


@pytest.fixture
def start():
    started = []

    def begin(folder, mark) -> subprocess.Popen:
        environment = os.environ | ({MARK: str(mark)} if mark else {})
        process = subprocess.Popen(SLEEP, cwd=folder, env=environment, stdout=subprocess.PIPE)
        process.stdout.readline()
        started.append(process)
        return process

    yield begin
    for each in started:
        each.kill()
        each.communicate()


def test_only_orphans_of_this_folder_are_ended(tmp_path, start, capsys):
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    orphan = start(here, here)
    others = [start(elsewhere, elsewhere), start(here, None), start(elsewhere, here)]
    stop_orphaned_programs(here)
    assert not psutil.pid_exists(orphan.pid)
    assert [each.poll() for each in others] == [None, None, None]
    assert f"{orphan.pid}" in capsys.readouterr().err


def test_without_orphans_nothing_is_said(tmp_path, capsys):
    stop_orphaned_programs(tmp_path)
    assert capsys.readouterr().err == ""
