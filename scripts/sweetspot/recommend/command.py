"""`sweetspot recommend`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import read_input
from sweetspot.given_sets.options import add_sets, check_output_path, check_value_range
from sweetspot.given_sets.pair import make_pair

PICTURES = (".pdf", ".png", ".svg")


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_sets(arguments, "synthetic", "the synthetic samples")
    arguments.add_argument(
        "--max-ratio", type=float, help="largest ratio of synthetic to real samples (default: all there are)"
    )
    arguments.add_argument(
        "--measure",
        type=Path,
        metavar="CONFIG",
        help="train a classifier instead, cross-validated on the real set: a YAML file such as config/recommend.yaml",
    )
    arguments.add_argument(
        "--seed", type=int, default=0, help="of all random draws but those of --measure, which has its own (default: 0)"
    )
    arguments.add_argument("--json", action="store_true", help="print JSON instead of words")
    arguments.add_argument("--out", type=Path, help=f"also write a picture of one page: {', '.join(PICTURES)}")


def recommend(options: argparse.Namespace) -> None:
    """Recommend how many synthetic samples to add to a real set, from the samples themselves: nothing is trained but
    linear fits on random features, unless --measure asks for it."""
    # Not at the top, so that the command's other parts start quickly.
    from sweetspot.recommend.advice import advise, largest
    from sweetspot.recommend.next_command import select_command
    from sweetspot.recommend.report import as_json, as_text

    _check(options)
    labels = options.labels or (None, None)
    pair = make_pair(
        read_input(options.real, labels[0]),
        read_input(options.synthetic, labels[1]),
        tuple(options.value_range) if options.value_range else None,
    )
    measured = None
    if options.measure:
        from sweetspot.recommend.network_runs import measure

        measured = measure(pair, largest(pair, options.max_ratio), options.measure)
    advice = advise(pair, options.max_ratio, options.seed, measured)
    which = select_command(pair, advice, (options.real, options.synthetic), options.labels, options.value_range)
    print(as_json(pair, advice, which) if options.json else as_text(pair, advice, which) + "\n", end="")
    if options.out:
        from sweetspot.figures.style import save
        from sweetspot.recommend.picture import draw

        save(draw(advice), options.out)


def _check(options: argparse.Namespace) -> None:
    """Refuse what would only fail after the work is done."""
    if options.max_ratio is not None and not (math.isfinite(options.max_ratio) and options.max_ratio > 0):
        raise InputError(f"--max-ratio: {options.max_ratio:g} is not a ratio above 0")
    check_value_range(options.value_range)
    if options.out:
        check_output_path("--out", options.out, PICTURES)
