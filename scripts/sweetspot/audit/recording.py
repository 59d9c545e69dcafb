"""Write the record of the job that this process is, if the workflow has said which."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.job import CONFIG_VARIABLE, VARIABLE, Job
from sweetspot.audit.record import BrokenRecord, Input, Record, read_record, record_path
from sweetspot.audit.surroundings import library_versions, machine, peak_memory, source_state
from sweetspot.code_graph import code_files, imported_libraries


class _State:
    record: Record | None = None
    read: ClassVar[list[Path]] = []


@contextlib.contextmanager
def recorded() -> Iterator[None]:
    """Describe what the job inside reads, and if it ends well, write its record beside each of its outputs.

    Outside of the workflow nothing is recorded. A record of an earlier attempt is removed first, so that none ever
    stands beside a result that it does not describe.
    """
    word = os.environ.pop(VARIABLE, None)  # not for the processes that this one starts
    if word is None:
        yield
        return
    job = Job.decode(word)
    for output in job.outputs:
        record_path(Path(output)).unlink(missing_ok=True)
    _State.read.clear()
    clock = time.monotonic()
    _State.record = record = _of_what_is_read(job, Path(sys.argv[0]))
    try:
        yield
    except SystemExit as end:
        if end.code:
            raise
    finally:
        _State.record = None
    outputs = {path: fingerprint(Path(path)) for path in job.outputs}
    seconds = round(time.monotonic() - clock, 3)
    known = [Path(path) for path in job.inputs]
    more = [path for path in _State.read if not any(path.is_relative_to(each) for each in known)]
    record.inputs.update({path.as_posix(): _input(path) for path in more})
    made = {"machine": machine(), "ended": _now(), "seconds": seconds, "peak_memory": peak_memory()}
    replace(record, outputs=outputs, **made).write()


def also_read(paths: Iterable[str | Path]) -> None:
    """Say which files a job has read that the workflow knows as a whole only, such as the scans of a data set."""
    if _State.record is not None:
        _State.read.extend(map(Path, paths))


def depends_on(name: str, value: str) -> None:
    """Say what else the result depends on that is no file, such as the revision of a network in a library's cache."""
    if _State.record is not None:
        _State.record.facts[name] = value


def record_id() -> str | None:
    """The id of the record that this job will have, for what it writes; None if it is not recorded.

    A job that reads more than the workflow lists, or that calls `depends_on`, has another id in the end, and does not
    ask.
    """
    return None if _State.record is None else _State.record.id


def _of_what_is_read(job: Job, program: Path) -> Record:
    files = code_files(program)
    config = _config(sys.argv[1:])
    return Record(
        rule=job.rule,
        wildcards=dict(job.wildcards),
        command=["python", *sys.argv],
        config=config,
        seeds=_seeds(config),
        code={file.as_posix(): fingerprint(file).sha256 for file in files},
        inputs={path: _input(Path(path)) for path in job.inputs},
        libraries=library_versions(imported_libraries(files)),
        workflow_config={path: fingerprint(Path(path)).sha256 for path in _workflow_config()},
        source=source_state(program.parent),
        started=_now(),
    )


def _input(path: Path) -> Input:
    found = fingerprint(path)
    try:
        record = read_record(path)
    except BrokenRecord:
        record = None
    return Input(found.sha256, found.size, record.id if record else None)


def _workflow_config() -> list[str]:
    path = os.environ.get(CONFIG_VARIABLE)
    return [path] if path and Path(path).is_file() else []


def _config(arguments: list[str]) -> Any:
    """What follows `--config`, as in every program that has one."""
    return json.loads(arguments[arguments.index("--config") + 1]) if "--config" in arguments else None


def _seeds(config: Any, name: str = "") -> dict[str, Any]:
    """All values of keys named `seed` or `seeds`, by their dotted names."""
    if not isinstance(config, dict):
        return {}
    found = {}
    for key, value in config.items():
        if key in ("seed", "seeds"):
            found[name + key] = value
        found |= _seeds(value, f"{name}{key}.")
    return found


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
