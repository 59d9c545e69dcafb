"""`sweetspot select`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.given_sets.options import add_sets, check_output_path, check_value_range
from sweetspot.select.moments import DDOF
from sweetspot.select.principal_components import DIMENSIONS
from sweetspot.select.rules import SWAPS
from sweetspot.select_command.features import CONVOLUTIONS, IMAGE_FEATURES
from sweetspot.select_command.request import COVARIANCE_RULES, DESCRIPTIONS, TEXT


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    rules = "; ".join(f"{name}: {description}" for name, description in DESCRIPTIONS.items())
    features = "; ".join(f"{name}: {about}" for name, about in IMAGE_FEATURES.items())
    add_sets(arguments, "pool", "the synthetic samples to pick from")
    arguments.add_argument("--n", type=int, required=True, help="how many samples to pick")
    arguments.add_argument(
        "--rule", choices=tuple(DESCRIPTIONS), default="covariance", help=f"how to pick (default: covariance). {rules}"
    )
    arguments.add_argument(
        "--per-class",
        action="store_true",
        help="pick class by class, each against its own real samples, in the real shares of the classes",
    )
    arguments.add_argument(
        "--features",
        choices=tuple(IMAGE_FEATURES),
        help=f"what images are compared by (default: {CONVOLUTIONS}). {features}",
    )
    arguments.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help="for the rule text: a .npy file of embeddings of prompts, (prompts, d), from the network that made the "
        "features; with --per-class one row for each class, in the order of their names",
    )
    arguments.add_argument(
        "--dimensions",
        type=int,
        default=DIMENSIONS,
        help="principal components of the real features that the covariance is matched and measured on "
        "(default: %(default)s)",
    )
    arguments.add_argument(
        "--convention",
        choices=tuple(DDOF),
        help="the covariance that is matched is divided by the number of samples (population, the default) or by one "
        "less (sample)",
    )
    arguments.add_argument(
        "--swaps",
        type=int,
        help="passes, at most, that exchange picks for better samples after the rule covariance (default: 0; "
        f"covariance_swap: {SWAPS})",
    )
    arguments.add_argument(
        "--allow-duplicates", action="store_true", help="let equal samples of a set count as often as they are there"
    )
    arguments.add_argument("--seed", type=int, default=0, help="of all random draws (default: 0)")
    arguments.add_argument("--jobs", type=int, default=1, help="processes for --per-class (default: 1)")
    arguments.add_argument("--json", action="store_true", help="print JSON instead of words")
    arguments.add_argument(
        "--out", type=Path, default=Path("selection.csv"), help="where the picks are written (default: %(default)s)"
    )


def select(options: argparse.Namespace) -> None:
    """Pick samples of a synthetic pool to add to a real set, by default those whose covariance is nearest to that of
    the real samples, and tell what that changes."""
    # Not at the top, so that the command's other parts start quickly.
    from sweetspot.select_command.report import as_json, as_text
    from sweetspot.select_command.selecting import select_samples
    from sweetspot.tables.csv_files import write_table

    _check(options)
    picks, report = select_samples(options)
    write_table(picks, options.out)
    print(as_json(report) if options.json else as_text(report) + "\n", end="")


def _check(options: argparse.Namespace) -> None:
    """Refuse what would only fail after the work is done, and what would have no effect."""
    for name, least in (("n", 1), ("dimensions", 1), ("swaps", 0), ("jobs", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise InputError(f"--{name}: {value} is less than {least}")
    for name in ("swaps", "convention"):
        if getattr(options, name) is not None and options.rule not in COVARIANCE_RULES:
            raise InputError(
                f"--{name}: only the rules {' and '.join(COVARIANCE_RULES)} have a use for it; leave it out"
            )
    if (options.rule == TEXT) != (options.text is not None):
        raise InputError("--rule text and --text need each other: give both or neither")
    if options.jobs > 1 and not options.per_class:
        raise InputError("--jobs: classes are what processes share; give --per-class too, or leave it out")
    check_value_range(options.value_range)
    check_output_path("--out", options.out, (".csv",))
