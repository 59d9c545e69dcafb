"""From the two sets that a user gives to the picks and the report about them."""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import InputSet, load_array, read_input
from sweetspot.given_sets.pair import Pair, make_pair
from sweetspot.measure.checks import LEAST_IMAGES
from sweetspot.select.per_class import class_shares
from sweetspot.select.rules import SWAPS
from sweetspot.select_command.copies import about_hidden_real, check_no_copies
from sweetspot.select_command.effect import Effect, effect_of
from sweetspot.select_command.features import Features, features_of
from sweetspot.select_command.picking import pick, pick_per_class
from sweetspot.select_command.report import Report, picks_table
from sweetspot.select_command.request import Request


def select_samples(options: argparse.Namespace) -> tuple[pd.DataFrame, Report]:
    """The picks as a table and the report, for options that `command.add_arguments` declares.

    Raises
    ------
    InputError : sets that cannot be read or compared, see `read_input` and `make_pair`; samples that are there twice;
        more samples asked for than the pool, or a class of it, has; classes of one side only; text embeddings that do
        not fit.
    """
    labels = options.labels or (None, None)
    pool_set = read_input(options.pool, labels[1])
    pair = make_pair(
        read_input(options.real, labels[0]),
        pool_set,
        tuple(options.value_range) if options.value_range else None,
        LEAST_IMAGES,
        options.per_class,
    )
    names = _class_names(pair)
    _check_number(options, pool_set, names)
    request = _request(options, pair)
    warnings = [*pair.warnings]
    for values, name in ((pair.real, options.real), (pair.synthetic, options.pool)):
        warnings += check_no_copies(values, str(name), options.allow_duplicates)
    if options.per_class:
        _check_variance(pair)
    warnings += about_hidden_real(pair.synthetic, pair.real, pool_set.name)
    features = features_of(pair, options.features, options.seed)
    picks = pick_per_class(features, names, request, options.jobs) if options.per_class else pick(features, request)
    by_class = _by_class(features, names, picks, options) if options.per_class else {}
    strata = names[1] if options.per_class else None
    whole = effect_of(features.real, features.pool, picks, options.dimensions, options.seed, strata)
    table = picks_table(picks, names[1] if names else None, pool_set.files)
    return table, Report(request, pair.classes, features, str(options.out), tuple(warnings), whole, by_class)


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


def _check_variance(pair: Pair) -> None:
    """Whether the real samples of each class vary, without which it has no covariance to match or to measure by."""
    for k, name in enumerate(pair.classes):
        own = pair.real[pair.real_labels == k]
        if np.all(own == own[:1]):
            raise InputError(
                f"{pair.real_name}: all samples of the class {name!r} are equal, so there is nothing to compare; give "
                "others, or leave out --per-class"
            )


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
    if text.dtype.kind not in "fiu" or text.ndim not in (1, 2) or text.shape[-1] != width or 0 in text.shape:
        raise InputError(
            f"{options.text}: embeddings must be numbers of shape (prompts, {width}), as wide as the features, they "
            f"are {text.dtype} of shape {text.shape}"
        )
    text = np.atleast_2d(text).astype(float)
    if not np.isfinite(text).all():
        raise InputError(f"{options.text}: it holds NaN or an infinite value; check the text encoder")
    empty = np.flatnonzero(~text.any(axis=1))
    if empty.size:
        raise InputError(f"{options.text}: row {empty[0]} is 0, so nothing is similar to it; check the text encoder")
    if options.per_class and len(text) != len(pair.classes):
        raise InputError(
            f"{options.text}: {len(text)} embeddings for {len(pair.classes)} classes; with --per-class give one row "
            f"for each, in the order {', '.join(pair.classes)}"
        )
    return text


def _by_class(
    features: Features, names: tuple[np.ndarray, np.ndarray], picks: np.ndarray, options: argparse.Namespace
) -> dict[str, Effect]:
    """The effect on each class by itself, by its name."""
    found = {}
    for name in np.unique(names[0]).tolist():
        own = np.flatnonzero(names[1] == name)
        found[name] = effect_of(
            features.real[names[0] == name],
            features.pool[own],
            np.searchsorted(own, picks[names[1][picks] == name]),
            options.dimensions,
            options.seed,
        )
    return found
