"""What the second paper printed in its tables 1, 2 and 5: test accuracy in percent on CIFAR-10, ResNet-18, picks by
covariances of CLIP features, 200 real images of each class and 800 synthetic ones.

Read from notes on the paper, not from the paper. Two of them agree on table 1; a third has 55.91 and 67.13 for DS3 in
distillation and pretrained. Of table 2 they tell four numbers, of table 5, a generator beside two without diversity,
none: what could not be read is not here. The paper prints a spread with `±`, which is left out as it is not told of
what. Its `Real upper bound` is `more_real` here, its `No synthetic` is `none`, and its DS3 is not quite `ds3`, see
`select.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "paper 2, as published"
TASK, ARCHITECTURE = "CIFAR-10", "ResNet-18"
NOT_READ = float("nan")


@dataclass(frozen=True)
class Published:
    """One table of the paper: its pool in words, and for each rule the accuracy by paradigm, those of `PARADIGMS`."""

    pool: str
    accuracy: dict[str, tuple[float, float, float]]


PARADIGMS = ("scratch", "distillation", "pretrained")
TABLES = {
    1: Published(
        "truncated StyleGAN2-ADA",
        {
            "none": (44.36, 47.33, 63.40),
            "more_real": (61.08, 65.38, 74.35),
            "random": (49.38, 54.89, 67.65),
            "center_matching": (50.04, 53.83, 67.01),
            "center_sampling": (50.48, 54.91, 67.71),
            "k_means": (50.74, 56.06, 66.50),
            "ds3": (52.83, 58.32, 68.21),
            "covariance": (54.00, 59.77, 69.20),
        },
    ),
    2: Published(
        "text-to-image models",
        {"ds3": (52.94, NOT_READ, NOT_READ), "covariance": (54.45, 59.17, 66.69)},
    ),
}


def published_rows(number: int) -> list[dict[str, object]]:
    """The rows of a table of the paper, by the names of columns that this project's rows have; none were read of 5."""
    table = TABLES.get(number)
    if table is None:
        return []
    shared = {"source": SOURCE, "task": TASK, "pool": table.pool, "architecture": ARCHITECTURE}
    return [
        {**shared, "rule": rule, **dict(zip(PARADIGMS, accuracy, strict=True))}
        for rule, accuracy in table.accuracy.items()
    ]
