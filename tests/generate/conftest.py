"""Training programs that are killed at work."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def kill_while_it_trains():
    """Starts a training program and kills it once it has kept a checkpoint of step `wished` or later."""

    def kill(command: list[str], checkpoints: Path, wished: int) -> bool:
        """Whether it was killed; it may have been faster."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            done = [int(file.stem.split("_")[1]) for file in checkpoints.glob("*/step_*.pt")]
            if max(done, default=0) >= wished:
                os.kill(process.pid, signal.SIGKILL)
                return process.wait() == -signal.SIGKILL
            time.sleep(0.002)
        return False

    return kill
