"""The record of a job, kept as JSON beside each of its results: what made it, of what, where and when.

The id is a hash of what determines the result: the command, and the content of the code and of the inputs, and the
versions of the libraries. So equal runs have equal ids, wherever and whenever they ran. What is in results/benchmarks
is left out: times differ from run to run, and determine no results but other times. The command is part of it as it
was given, with the places of raw data and the number of threads. The digest is of everything in the record, so that a
change of any byte shows.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sweetspot.audit.fingerprints import Fingerprint
from sweetspot.files import atomic_path

ENDING = ".provenance.json"
# Nothing is there, or cannot be: of raw data with a very long name the record's name would be too long.
NONE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
TIMES = "results/benchmarks/"
VERSION = 1  # of `Record.id`: a new one for every change of what is hashed, so that ids of older records stay theirs
COMMIT = re.compile(r"[0-9a-f]{4,64}")
TYPES = {
    **dict.fromkeys(("wildcards", "seeds", "code", "libraries", "workflow_config", "source", "machine", "facts"), dict),
    **dict.fromkeys(("rule", "started", "ended"), str),
    "command": list,
}
SHORT = 12  # hexadecimal digits of an id that are shown


class BrokenRecord(Exception):
    """A record that is damaged; the message says how."""


@dataclass(frozen=True)
class Input:
    """A file or folder that the job read.

    record : id of the record of the job that made it; None for raw data and whatever else has no record.
    """

    sha256: str
    size: int
    record: str | None = None


@dataclass(frozen=True)
class Record:
    """What is known of one job. Paths are relative to the project's folder if they are in it, else absolute.

    rule, wildcards : of the workflow.
    command : the program and its arguments.
    config : what the job was given of the config, every key resolved; None where it needs none.
    workflow_config : SHA-256 of the file with the whole config of the run, by its path.
    seeds : all keys of seeds in that config, by their dotted names.
    code : SHA-256 of each file of the project that the program runs.
    inputs, outputs : what was read and made.
    facts : what else determines the result and is no file, by its name.
    libraries : versions of Python and of the libraries that the program imports.
    source : the git `commit`, and whether the tree was `dirty`; empty without git.
    machine : host, processor, cores, SLURM job, and where a network computed.
    started, ended : UTC, ISO 8601.
    seconds : of this last attempt, which may have gone on from a checkpoint.
    peak_memory : bytes.
    """

    rule: str
    wildcards: dict[str, str]
    command: list[str]
    config: Any
    seeds: dict[str, Any]
    code: dict[str, str]
    inputs: dict[str, Input]
    libraries: dict[str, str]
    workflow_config: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Fingerprint] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    started: str = ""
    ended: str = ""
    seconds: float = 0.0
    peak_memory: int = 0
    kept_id: str | None = None  # of a record of another version, whose id cannot be computed here

    @property
    def id(self) -> str:
        """SHA-256 of what determines the result."""
        inputs = {path: each.sha256 for path, each in self.inputs.items() if not path.startswith(TIMES)}
        return self.kept_id or _digest([self.command, self.code, inputs, self.libraries, self.facts])

    @property
    def short_id(self) -> str:
        """As much of the id as is shown."""
        return self.id[:SHORT]

    def to_text(self) -> str:
        """The one way to write this record."""
        content = asdict(self) | {"outputs": {path: each.to_json() for path, each in self.outputs.items()}}
        del content["kept_id"]
        return _with_digest({"version": VERSION, "id": self.id, **content})

    @classmethod
    def from_text(cls, text: str) -> Record:
        """Read a record, also one of another version of the project, which may know more or less.

        Raises
        ------
        BrokenRecord : it is not as it was written.
        """
        try:
            content = json.loads(text)
            intact = text == _with_digest({name: value for name, value in content.items() if name != "digest"})
            known = {each.name: content[each.name] for each in fields(cls) if each.name in content}
            known["kept_id"] = None if content.get("version") == VERSION else str(content["id"])
            known["inputs"] = {path: Input(**each) for path, each in known["inputs"].items()}
            known["outputs"] = {path: Fingerprint(**each) for path, each in known["outputs"].items()}
            record = cls(**known)
            record._check_types()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BrokenRecord(f"it cannot be read ({error})") from None
        if not intact or record.id != content["id"]:
            raise BrokenRecord("it is not as it was written")
        return record

    def _check_types(self) -> None:
        """Refuse, by a TypeError, what cannot have been written here, whatever its digest."""
        for name, expected in TYPES.items():
            if not isinstance(getattr(self, name), expected):
                raise TypeError(f"`{name}` is no {expected.__name__}")
        texts = [*self.command, *self.wildcards.values(), *self.libraries.values(), self.machine.get("host", "")]
        texts += [*self.code.values(), *self.workflow_config.values(), *self.facts.values()]
        texts += [each.sha256 for each in (*self.inputs.values(), *self.outputs.values())]
        paths = [*self.code, *self.workflow_config, *self.inputs, *self.outputs]
        if not all(isinstance(each, str) for each in texts) or any("\0" in each for each in paths):
            raise TypeError("a name or a hash is no text")
        # It stands in commands that are there to be pasted into a shell.
        if self.source and not COMMIT.fullmatch(self.source["commit"]):
            raise TypeError("`source.commit` is none")

    def write(self) -> None:
        """Write the record beside each output, whole or not at all."""
        text = self.to_text()
        for output in self.outputs:
            with atomic_path(record_path(Path(output))) as temporary:
                temporary.write_text(text, encoding="utf-8")


def record_path(result: Path) -> Path:
    """Where the record of a result is: `runs.csv.provenance.json` beside `runs.csv`; of a folder, beside the folder."""
    return result.with_name(result.name + ENDING)


def read_record(result: Path) -> Record | None:
    """The record of a result; None if it has none.

    Raises
    ------
    BrokenRecord : it is damaged.
    """
    try:
        # Not as text, which would take a carriage return for the end of a line and not see that it was put there.
        return Record.from_text(record_path(result).read_bytes().decode("utf-8"))
    except OSError as error:
        if error.errno in NONE:
            return None
        raise BrokenRecord(f"it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise BrokenRecord(f"it cannot be read ({error})") from None


def _with_digest(content: dict[str, Any]) -> str:
    return json.dumps(content | {"digest": _digest(content)}, indent=1) + "\n"


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
