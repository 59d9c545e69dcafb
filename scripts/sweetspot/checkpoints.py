"""Checkpoints of a job: written by time, whole or not at all, and read back only by the same job.

A job has parts, such as runs with different seeds. What finished parts found is kept as JSON, the state of the part in
progress by optimiser step. All of it is in a folder named by a hash of everything that determines the job, so that a
checkpoint of another config, other data or other code is never continued.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from sweetspot import stop_requests
from sweetspot.errors import InputError
from sweetspot.files import atomic_path

KEEP = 2  # the newest of a part, and one before it in case the newest cannot be read
SECONDS = "SWEETSPOT_CHECKPOINT_SECONDS"
DEFAULT_SECONDS = 300.0

State = dict[str, Any]


class Checkpoints(contextlib.AbstractContextManager["Checkpoints"]):
    """The checkpoints of one job. Inside its `with` block a request to stop waits for the next safe point.

    A safe point is a call of `after` or `finish`: it saves if the last save is `seconds` old or the job is to stop, and
    raises `stop_requests.Stopped` in the latter case.
    """

    def __init__(self, parent: Path | None, identity: Callable[[], str], seconds: float | None = None) -> None:
        """
        Parameters
        ----------
        parent : folder of this job's checkpoints and of those of jobs that it replaces; None keeps nothing.
        identity : gives the name of the job's own folder, `job_identity`; called only when there is something to read
            or to write, since hashing data takes time.
        seconds : between two saves; by default the environment variable SWEETSPOT_CHECKPOINT_SECONDS, or 300.
        """
        self._parent = parent
        self._identity = functools.cache(identity)
        self._seconds = _seconds_between_saves() if seconds is None else seconds
        self._saved = time.monotonic()
        self._finished: dict[str, Any] | None = None
        self._unwritten = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Checkpoints:
        self._stack.enter_context(stop_requests.deferred())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def part(self, name: str) -> Part:
        """A part of the job, by its name; its state is saved as the job's."""
        return Part(self, name)

    def finished(self, name: str) -> Any | None:
        """What `finish` was given for this part, in this process or in one before; None if it has not finished."""
        if self._finished is None:
            self._finished = _read_json(self._folder / "finished.json") if self._anything() else {}
            if self._finished:
                print(f"resumed with {len(self._finished)} finished parts", flush=True)
        return self._finished.get(name)

    def finish(self, name: str, result: Any) -> None:
        """Keep the result of a part, JSON; a safe point."""
        if self._parent is None:
            return
        self.finished(name)
        self._finished[name] = result
        self._unwritten = True
        self._safe_point(lambda: None)
        # Its steps are needed until its result is on the disk.
        if not self._unwritten and self._anything():
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def clear(self) -> None:
        """Remove all checkpoints of this job and of abandoned ones: its result is whole."""
        if self._parent is not None:
            shutil.rmtree(self._parent, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self._parent / self._identity()

    def _anything(self) -> bool:
        return self._parent is not None and self._parent.is_dir()

    def _safe_point(self, save: Callable[[], None]) -> None:
        request = stop_requests.requested()
        if request or time.monotonic() - self._saved >= self._seconds:
            save()
            if self._unwritten:
                with atomic_path(self._folder / "finished.json") as temporary:
                    temporary.write_text(json.dumps(self._finished), encoding="utf-8")
                self._unwritten = False
            self._saved = time.monotonic()
        if request:
            raise stop_requests.Stopped(request)


class Part:
    """The checkpoints of one part of a job: its state after some optimiser step."""

    def __init__(self, job: Checkpoints, name: str) -> None:
        self._job = job
        self._name = name
        self._seconds_before = 0.0
        self._begun = time.monotonic()

    def seconds(self) -> float:
        """Seconds of work on this part: since it was begun or resumed, and what was not lost of the time before."""
        return self._seconds_before + time.monotonic() - self._begun

    def load(self) -> tuple[int, State] | None:
        """The newest readable state: (steps done, state), or None if there is none."""
        if not self._job._anything():
            return None
        for path in _newest_first(self._folder):
            try:
                content = torch.load(path, map_location="cpu", weights_only=True)
                step, state, self._seconds_before = (content[each] for each in ("step", "state", "seconds"))
            except (OSError, MemoryError):
                raise  # no damage: another attempt may well read it
            except Exception as error:  # damage shows as whatever the reader stumbles over; the one before will do
                print(f"{path}: unreadable, removed ({error})", file=sys.stderr)
                path.unlink(missing_ok=True)  # or it would count as the newest for ever
                continue
            print(f"{self._name}: resumed after step {step}", flush=True)
            return step, state
        return None

    def resume(self, objects: Mapping[str, Any]) -> int:
        """Load the newest state into objects that have `load_state_dict`; returns the steps done, 0 without a state."""
        resumed = self.load()
        if resumed is None:
            return 0
        step, state = resumed
        for name, each in objects.items():
            each.load_state_dict(state[name])
        return step

    def after(self, step: int, state: Callable[[], State]) -> None:
        """A safe point after `step` optimiser steps; `state` is asked for what to save only if it is to be saved."""
        if self._job._parent is not None:
            self._job._safe_point(lambda: self._save(step, state()))

    def _save(self, step: int, state: State) -> None:
        content = io.BytesIO()
        torch.save({"step": step, "state": state, "seconds": self.seconds()}, content)
        with atomic_path(self._folder / f"step_{step:09d}.pt") as temporary:
            # Not by torch itself, whose error does not tell that the disk is full.
            temporary.write_bytes(content.getbuffer())
        for old in _newest_first(self._folder)[KEEP:]:
            old.unlink(missing_ok=True)

    @property
    def folder(self) -> Path | None:
        """Where the part may keep files of its own, removed with its states; None where nothing is kept."""
        return None if self._job._parent is None else self._folder

    @property
    def _folder(self) -> Path:
        return self._job._folder / self._name


def state_dicts(objects: Mapping[str, Any]) -> State:
    """The state of each object that has a `state_dict`, for `Part.after` and `Part.resume`."""
    return {name: each.state_dict() for name, each in objects.items()}


def _seconds_between_saves() -> float:
    text = os.environ.get(SECONDS, f"{DEFAULT_SECONDS}")
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise InputError(f"the environment variable {SECONDS} is {text!r}; it must be a number of seconds, 0 or more")
    return seconds


def _read_json(path: Path) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        print(f"{path}: unreadable, ignored ({error})", file=sys.stderr)
        return {}
    return content if isinstance(content, dict) else {}


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("step_*.pt"), reverse=True)


NO_CHECKPOINTS = Checkpoints(None, str, seconds=DEFAULT_SECONDS)
