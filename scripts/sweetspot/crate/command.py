"""`sweetspot crate`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
from pathlib import Path

from sweetspot.errors import InputError

MEGA = 10**6


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_argument(
        "--results", type=Path, default=Path("results"), help="the project's folder of results (default: results)"
    )
    arguments.add_argument("--out", type=Path, help="the zip to write (default: crate.zip in the folder of results)")
    arguments.add_argument(
        "--publish",
        nargs="+",
        default=[],
        metavar="TASK",
        help="tasks whose images, samples and generators may be copied, though they are of data not known to be public",
    )
    arguments.add_argument(
        "--largest", type=float, default=50, metavar="MB", help="larger results are only named (default: 50)"
    )
    arguments.add_argument("--author", action="append", default=[], metavar="NAME", help="an author of the results")
    arguments.add_argument(
        "--license", metavar="URL", help="the licence of the results (default: that of the code, MIT)"
    )
    arguments.add_argument("--emails", action="store_true", help="keep e-mail addresses, such as those of CITATION.cff")


def crate(options: argparse.Namespace) -> None:
    """Pack the whole run for a journal or a data repository: a Workflow Run RO-Crate, in one zip. Raw data are named
    by their SHA-256 and never copied; hosts, users, paths and subjects are not told."""
    # Not at the top, so that the command's other parts start quickly.
    from sweetspot.crate.contents import Choice
    from sweetspot.crate.graph import LICENSE, About
    from sweetspot.crate.pack import write_crate

    results = options.results.absolute()
    if results.name != "results" or not results.is_dir():
        raise InputError(f"--results: {options.results} is no folder `results` of a project")
    if not options.largest > 0:
        raise InputError(f"--largest: {options.largest:g} is not above 0")
    licence = options.license or LICENSE
    if not licence.startswith(("http://", "https://")):
        raise InputError(f"--license: {licence} is no URL, such as {LICENSE}")
    out = options.out or options.results / "crate.zip"
    choice = Choice(frozenset(options.publish), int(options.largest * MEGA), options.emails)
    packed = write_crate(results.parent, out, choice, About(tuple(options.author), licence))
    print(f"{out}: {len(packed.files)} files, {out.stat().st_size / MEGA:.1f} MB, {len(packed.records)} jobs")
    for why in sorted(set(packed.withheld.values())):
        paths = [path for path, reason in packed.withheld.items() if reason == why]
        print(f"not copied, only named by SHA-256: {len(paths)} results, such as {paths[0]}: {why}")
    if packed.raw:
        print(f"raw data, never copied, only named by SHA-256: {len(packed.raw)} files")
