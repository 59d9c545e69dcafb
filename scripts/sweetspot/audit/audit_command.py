"""`sweetspot audit`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from sweetspot.audit.audit import PUBLISHED, all_results
from sweetspot.audit.audit import audit as audit_results
from sweetspot.audit.record import ENDING, record_path
from sweetspot.audit.remake import commands, warnings
from sweetspot.audit.tree import as_json, as_text
from sweetspot.errors import InputError


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_argument("files", nargs="*", metavar="FILE", help="results, such as results/figures/figure_2.pdf")
    arguments.add_argument("--all", action="store_true", help="everything in the folder results/")
    arguments.add_argument("--full", action="store_true", help="show every file, also of many alike")
    arguments.add_argument("--rehash", action="store_true", help="read large files again, though they seem unchanged")
    arguments.add_argument("--json", action="store_true", help="print JSON instead of a tree")


def audit(options: argparse.Namespace) -> None:
    """Follow results back to raw data, and compare each file on the way with its record; exit code 1 if one differs."""
    if bool(options.files) == options.all:
        raise InputError("name the results to audit, or give --all")
    folder = project_folder(Path(options.files[0]) if options.files else Path("results"))
    paths = all_results(folder) if options.all else [_relative(Path(file), folder) for file in options.files]
    if not paths:
        raise InputError(f"{folder / 'results'}: there are no results to audit")
    found = audit_results(folder, dict.fromkeys(paths), options.rehash)
    if options.json:
        print(json.dumps(as_json(found, commands(folder, found), warnings(folder, found)), indent=1))
    else:
        # Of everything, the commands are those of a whole run.
        making = ([], []) if options.all else (commands(folder, found), warnings(folder, found))
        print(as_text(found, *making, full=options.full))
    if found.problems():
        sys.exit(1)


def project_folder(file: Path) -> Path:
    """The project that a result belongs to: the folder that holds `results`.

    Raises
    ------
    InputError : the result is in no such folder.
    """
    for folder in _absolute(file).parents:
        if (folder / "results").is_dir():
            return folder
    raise InputError(f"{file}: it is in no folder `results` of a project; audit results where they were made")


def _relative(file: Path, folder: Path) -> str:
    """The result that is meant, from the project's folder; a record means the result beside it.

    Raises
    ------
    InputError : it is none, or of another project.
    """
    absolute = _absolute(file)
    absolute = absolute.with_name(absolute.name.removesuffix(ENDING))
    if not absolute.is_relative_to(folder / "results"):
        raise InputError(f"{file}: it is not in {folder / 'results'}; audit the results of one project at a time")
    recorded = os.path.lexists(record_path(absolute))
    if not recorded and not os.path.lexists(absolute):
        raise InputError(f"{file}: there is no such result")
    published = absolute.parent in [folder / "results" / name for name in PUBLISHED]
    if not recorded and not published:
        raise InputError(f"{file}: it has no record, so nothing is known of it; name a result, or give --all")
    return absolute.relative_to(folder).as_posix()


def _absolute(file: Path) -> Path:
    """Without `..`, as records name it, but not resolved: `results` may be a link."""
    return Path(os.path.normpath(file.absolute()))
