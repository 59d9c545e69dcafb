"""What determines the bytes of a job's result, as one hash: two jobs with the same one may continue each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from sweetspot.checkpoints import Checkpoints
from sweetspot.code_graph import code_files
from sweetspot.config.block import Block
from sweetspot.files import sha256_of_file


def job_identity(config: str, data: Iterable[Path], code: Iterable[Path], facts: str) -> str:
    """SHA-256 of everything that determines a job.

    Parameters
    ----------
    config : its config as JSON.
    data, code : the files that it reads and runs, which are hashed by content.
    facts : where it computes, as far as that changes its bytes; see `sweetspot.device.facts_of_bytes`.
    """
    digest = hashlib.sha256(json.dumps([config, facts]).encode())
    for file in [*data, *code]:
        digest.update(sha256_of_file(file).encode())
    return digest.hexdigest()


def job_checkpoints(folder: Path | None, config: Block, data: Iterable[Path], program: Path, facts: str) -> Checkpoints:
    """The checkpoints in `folder` of a job that runs `program` with `config`; see `job_identity`."""
    return Checkpoints(folder, lambda: job_identity(config.to_json(), data, code_files(program), facts))
