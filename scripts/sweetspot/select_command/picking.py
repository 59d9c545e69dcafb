"""The picks: by the rule that was asked for, over the whole pool or class by class, with a progress bar."""

from __future__ import annotations

from functools import partial

import numpy as np
from tqdm import tqdm

from sweetspot.select.covariance_matching import covariance_matching
from sweetspot.select.per_class import select_per_class
from sweetspot.select.rules import RULES, Selector, text_matching
from sweetspot.select_command.features import Features
from sweetspot.select_command.request import COVARIANCE_RULES, TEXT, Request


def pick(features: Features, request: Request) -> np.ndarray:
    """Positions in the pool of the samples that are picked, in the order of picking, int64."""
    with _progress_bar(request.n) as bar:
        selector = _selector(request, request.text)
        if request.rule in COVARIANCE_RULES:
            selector = partial(selector, progress=lambda picked: _move_to(bar, picked))
        picks = selector(features.real, features.pool, request.n, request.seed)
        _move_to(bar, len(picks))
    return picks


def pick_per_class(
    features: Features, labels: tuple[np.ndarray, np.ndarray], request: Request, jobs: int
) -> np.ndarray:
    """The same class after class, with the real shares of the classes; `labels` are those of both sets, as names.

    Raises
    ------
    InputError : classes of one side only, or with too few samples; see `class_shares`.
    """
    rows = {} if request.text is None else dict(zip(np.unique(labels[0]).tolist(), request.text, strict=True))
    rule = request.rule if request.rule == "all" else lambda label: _selector(request, rows.get(label))
    with _progress_bar(request.n) as bar:
        return select_per_class(
            features.real,
            labels[0],
            features.pool,
            labels[1],
            request.n,
            rule,
            request.seed,
            jobs,
            lambda picked: _move_to(bar, picked),
        )


def _selector(request: Request, text: np.ndarray | None) -> Selector:
    if request.rule in COVARIANCE_RULES:
        return partial(
            _by_covariance, dimensions=request.dimensions, convention=request.convention, swaps=request.swaps
        )
    return partial(_by_text, text=text) if request.rule == TEXT else RULES[request.rule].select


def _by_covariance(real: np.ndarray, pool: np.ndarray, n: int, seed: int, **options: object) -> np.ndarray:
    return covariance_matching(real, pool, n, **options).indices


def _by_text(real: np.ndarray, pool: np.ndarray, n: int, seed: int, *, text: np.ndarray) -> np.ndarray:
    return text_matching(text, pool, n)


def _progress_bar(n: int) -> tqdm:
    return tqdm(total=n, unit="pick", mininterval=0.5)


def _move_to(bar: tqdm, picked: int) -> None:
    bar.update(picked - bar.n)
