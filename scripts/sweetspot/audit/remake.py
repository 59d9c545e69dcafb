"""The commands that make a result again, for a new clone of the project."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import yaml

from sweetspot.audit.audit import Audit


def commands(folder: Path, audit: Audit) -> list[str]:
    """The fewest commands that make what was asked for, and all that it needs, from the commit and the config of its
    record; without any that has a record, none."""
    records = {path: audit.nodes[path].record for path in audit.asked if audit.nodes[path].record}
    made: dict[tuple[str, str], list[str]] = {}
    for path, record in records.items():
        made.setdefault((record.source.get("commit", ""), next(iter(record.workflow_config), "")), []).append(path)
    found = []
    for (commit, config), paths in made.items():
        found += [f"git checkout --quiet {shlex.quote(commit)}"] if commit else []
        found += ["make setup", *_run(folder, commit, config, paths)]
    return found


def warnings(folder: Path, audit: Audit) -> list[str]:
    """Why the commands may make something else."""
    records = [audit.nodes[path].record for path in audit.asked]
    dirty = sorted({each.source["commit"][:12] for each in records if each and each.source.get("dirty")})
    unknown = any(each and not each.source for each in records)
    configs = sorted({path for each in records if each for path in each.workflow_config})
    lost = [path for path in configs if _kept_config(folder / path) is None]
    return [
        *(f"the code was not that of commit {commit}: it had changes that were not committed" for commit in dirty),
        *(["the commit of the code is not known: it was run outside of a git clone"] if unknown else []),
        *(f"{path} is lost or damaged: the commands take the config.yaml of the commit" for path in lost),
    ]


def _run(folder: Path, commit: str, config: str, paths: list[str]) -> list[str]:
    targets = shlex.join(paths)
    content = _kept_config(folder / config) if config else None
    if content is None or content == _committed_config(folder, commit):
        return [f".venv/bin/snakemake --cores all -- {targets}"]
    text = json.dumps(content)
    return [
        f"printf '%s\\n' {shlex.quote(text)} > remake.json",
        f".venv/bin/snakemake --cores all --configfile remake.json -- {targets}",
    ]


def _kept_config(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _committed_config(folder: Path, commit: str) -> Any:
    """The config.yaml of a commit."""
    command = ["git", "-C", str(folder), "show", f"{commit}:./config.yaml"]
    try:
        return yaml.safe_load(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    except (OSError, subprocess.SubprocessError, yaml.YAMLError):
        return None
