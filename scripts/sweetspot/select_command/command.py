"""`sweetspot select`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import ENDINGS, InputSet, load_array, read_input
from sweetspot.given_sets.output_path import check_output_path
from sweetspot.given_sets.pair import Pair, make_pair
from sweetspot.measure.checks import LEAST_IMAGES
from sweetspot.select.covariance_matching import DIMENSIONS
from sweetspot.select.moments import DDOF
from sweetspot.select.per_class import class_shares
from sweetspot.select.rules import SWAPS
from sweetspot.select_command.comparison import Comparison, compare
from sweetspot.select_command.copies import about_hidden_real, check_no_copies
from sweetspot.select_command.features import CONVOLUTIONS, IMAGE_FEATURES, Features, features_of
from sweetspot.select_command.picking import COVARIANCE_RULES, DESCRIPTIONS, TEXT, Request, pick, pick_per_class
from sweetspot.select_command.report import Report, as_json, as_text, picks_table


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    kinds = f"folder of images, flat or with a folder for each class, or a file of {', '.join(ENDINGS)}"
    rules = "; ".join(f"{name}: {description}" for name, description in DESCRIPTIONS.items())
    features = "; ".join(f"{name}: {about}" for name, about in IMAGE_FEATURES.items())
    arguments.add_argument("--real", type=Path, required=True, help=f"the real training set: a {kinds}")
    arguments.add_argument("--pool", type=Path, required=True, help="the synthetic samples to pick from, likewise")
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
        "--labels",
        type=Path,
        nargs=2,
        metavar=("REAL", "POOL"),
        help=".npy files of the classes of both sets, whole numbers or names, where the sets do not hold them",
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
        "--value-range",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="lowest and highest pixel value of arrays that are not of 8 bits (default: found out from the values)",
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
    from sweetspot.tables import write_table

    _check(options)
    labels = options.labels or (None, None)
    pool_set = read_input(options.pool, labels[1])
    pair = make_pair(
        read_input(options.real, labels[0]),
        pool_set,
        tuple(options.value_range) if options.value_range else None,
        LEAST_IMAGES,
    )
    names = _class_names(pair)
    _check_number(options, pool_set, names)
    warnings = [*pair.warnings]
    for values, name in ((pair.real, options.real), (pair.synthetic, options.pool)):
        warnings += check_no_copies(values, str(name), options.allow_duplicates)
    warnings += about_hidden_real(pair.synthetic, pair.real, pool_set.name)
    features = features_of(pair, options.features, options.seed)
    request = _request(options, pair)
    picks = pick_per_class(features, names, request, options.jobs) if options.per_class else pick(features, request)
    classes = _by_class(features, names, picks, options) if options.per_class else {}
    strata = names[1] if options.per_class else None
    whole = compare(features.real, features.pool, picks, options.dimensions, options.seed, strata)
    report = Report(request, pair.classes, features, str(options.out), tuple(warnings), whole, classes)
    write_table(picks_table(picks, names[1] if names else None, pool_set.files), options.out)
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
    check_output_path("--out", options.out, (".csv",))


def _class_names(pair: Pair) -> tuple[np.ndarray, np.ndarray] | None:
    """The class of each sample of both sets by name; None without labels."""
    if not pair.has_labels:
        return None
    classes = np.array(pair.classes)
    return classes[pair.real_labels], classes[pair.synthetic_labels]


def _check_number(options: argparse.Namespace, pool: InputSet, names: tuple[np.ndarray, np.ndarray] | None) -> None:
    """Whether the pool, and with --per-class each class of it, has as many samples as are to be picked."""
    if options.n > len(pool):
        raise InputError(
            f"--n: {options.n:,} samples cannot be picked, as {pool.name} has {len(pool):,}; ask for fewer"
        )
    if options.per_class and names is None:
        raise InputError("--per-class: the sets have no classes; give --labels, or folders of images for each class")
    if options.per_class:
        class_shares(*names, options.n, whole=options.rule == "all")


def _request(options: argparse.Namespace, pair: Pair) -> Request:
    swaps = options.swaps if options.swaps is not None else SWAPS if options.rule == "covariance_swap" else 0
    return Request(
        options.n,
        options.rule,
        options.per_class,
        options.seed,
        options.dimensions,
        options.convention or "population",
        swaps,
        _text(options, pair) if options.text else None,
    )


def _text(options: argparse.Namespace, pair: Pair) -> np.ndarray:
    """The embeddings of the prompts, (prompts, d)."""
    if pair.is_images:
        raise InputError("--rule text: images have no text embeddings; give both sets as features, such as CLIP's")
    text = load_array(options.text)
    width = pair.real.shape[1]
    if text.dtype.kind not in "fiu" or text.ndim not in (1, 2) or text.shape[-1] != width:
        raise InputError(
            f"{options.text}: embeddings must be numbers of shape (prompts, {width}), as wide as the features, they "
            f"are {text.dtype} of shape {text.shape}"
        )
    text = np.atleast_2d(text).astype(float)
    if not np.isfinite(text).all():
        raise InputError(f"{options.text}: it holds NaN or an infinite value; check the text encoder")
    if options.per_class and len(text) != len(pair.classes):
        raise InputError(
            f"{options.text}: {len(text)} embeddings for {len(pair.classes)} classes; with --per-class give one row "
            f"for each, in the order {', '.join(pair.classes)}"
        )
    return text


def _by_class(
    features: Features, names: tuple[np.ndarray, np.ndarray], picks: np.ndarray, options: argparse.Namespace
) -> dict[str, Comparison]:
    """The comparison of each class by itself, by its name."""
    found = {}
    for name in np.unique(names[0]).tolist():
        own = np.flatnonzero(names[1] == name)
        found[name] = compare(
            features.real[names[0] == name],
            features.pool[own],
            np.searchsorted(own, picks[names[1][picks] == name]),
            options.dimensions,
            options.seed,
        )
    return found
