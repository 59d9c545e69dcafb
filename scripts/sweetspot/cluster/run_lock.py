"""One run of the workflow at a time in one folder: a lock that the system gives back when its holder ends, however."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

from sweetspot.errors import InputError

HELD = (errno.EACCES, errno.EAGAIN)
# Some shared file systems are mounted without locks.
UNSUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


class RunLock:
    """The lock of a folder, held from `take` until the process ends or `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock and write into it who holds it.

        Raises
        ------
        InputError : another process holds it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in HELD:
                holder = os.pread(file, 4096, 0)
                os.close(file)
                raise InputError(self._refusal(holder)) from None
            if error.errno not in UNSUPPORTED:
                raise
            print(f"{self._path}: this file system has no locks; start no second run in this folder", file=sys.stderr)
        os.ftruncate(file, 0)
        about = {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
        os.pwrite(file, json.dumps(about).encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _refusal(self, holder: bytes) -> str:
        try:
            about = json.loads(holder)
            who = f"process {about['pid']} on {about['host']}, since {about['since']}"
        except (ValueError, KeyError, TypeError):  # it has taken the lock, and is about to write who it is
            who = "it has just started"
        return (
            f"{self._path.absolute().parent.parent}: another run of the workflow is at work in this folder ({who}); "
            "wait until it has ended, or stop it there, and run the same command again"
        )
