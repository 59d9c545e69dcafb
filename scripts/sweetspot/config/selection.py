"""The `selection` block: which rules pick which samples from which pools, and what is trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self, get_args

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.sample_selection import Per, Reference, RuleName, SelectionPool
from sweetspot.config.sampling import parse_quality
from sweetspot.config.selected_runs import ArchitectureName, Paradigm, Transformer
from sweetspot.config.task import check_names

PAPER_2 = "paper 2"
REAL_POOL = "real"  # names no pool, but what the rules are held against
ENCODED = "encoded"  # names no pool either, but a folder beside theirs
LINEAR = "linear"  # the architecture of `pretrained`
# The paper's tables: one generator at several truncations, several generators, one beside some without diversity.
PAPERS_POOLS = {1: "diversities", 2: "qualities", 5: "collapsed"}


class Selection(Block):
    """The second paper's comparison: rules pick samples to add to some real ones, and networks are trained on both."""

    n_real: int = key(
        REQUIRED,
        "real images in each training set, which the rules see: the first of a seed's order, as in the experiments",
        unit="images",
        ge=4,
        source=PAPER_2,
        paper="200 of each class",
    )
    n: int = key(
        REQUIRED,
        "images that each rule picks; `all` takes the whole pool",
        unit="images",
        ge=1,
        source=PAPER_2,
        paper="800 of each class",
    )
    rules: tuple[RuleName, ...] = key(
        get_args(RuleName),
        "rules to compare",
        min_length=1,
        source=PAPER_2,
        paper=["covariance", "random", "center_matching", "center_sampling", "k_means", "ds3"],
    )
    pools: dict[str, SelectionPool] = key(
        REQUIRED,
        f"pools by name; `{REAL_POOL}` is the name of what they are held against. "
        "`diversities`, `qualities` and `collapsed` are those of the second paper's tables 1, 2 and 5",
        min_length=1,
    )
    paradigms: tuple[Paradigm, ...] = key(
        get_args(Paradigm),
        "`scratch` trains on labels, `distillation` on the probabilities of a network that was trained on the part "
        "`generator`, `pretrained` a linear classifier on that network's features",
        min_length=1,
        source=PAPER_2,
    )
    architectures: tuple[ArchitectureName, ...] = key(
        ("cnn",), "networks to train, `classifier`'s own and a transformer; `pretrained` has none", min_length=1
    )
    transformer: Transformer = key(Transformer(), "the transformer")
    budget: StepBudget | EpochBudget = key(
        REQUIRED,
        "how long each run trains, and before them the network on the part `generator`",
        discriminator="unit",
    )
    seeds: int = key(10, "runs of each rule, with seeds 0, 1, ...", unit="runs", ge=2, le=10_000)
    per: Per = key(
        "class", "`class`: each class is picked for itself, in the proportions of the real images; `task`: all at once"
    )

    @field_validator("rules", "paradigms", "architectures")
    @classmethod
    def _distinct(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice; list each once")
        return names

    @field_validator("pools")
    @classmethod
    def _pool_names(cls, pools: dict[str, SelectionPool]) -> dict[str, SelectionPool]:
        check_names(pools)
        if REAL_POOL in pools:
            raise ValueError(f"`{REAL_POOL}` names what the pools are held against; give the pool another name")
        if ENCODED in pools:
            raise ValueError(f"`{ENCODED}` names the folder of features beside the pools; give the pool another name")
        return pools

    @model_validator(mode="after")
    def _pools_are_large_enough(self) -> Self:
        for name, pool in self.pools.items():
            if self.n > pool.images:
                raise ValueError(f"`pools.{name}`: it has {pool.images} images, and `n` is {self.n}")
        return self

    def all_pools(self) -> list[str]:
        """The pools, and `real`, by name."""
        return [*self.pools, REAL_POOL]

    def qualities(self) -> dict[str, str]:
        """The qualities in the pools, each with the first pool that has it."""
        found: dict[str, str] = {}
        for name, pool in self.pools.items():
            for quality in pool.parts:
                found.setdefault(quality, name)
        return found

    def chains(self, pool: str | None = None) -> dict[str, list[str]]:
        """The reverse chains that a pool, or all of them, take samples from, each with their qualities of it."""
        found: dict[str, list[str]] = {}
        for quality in self.qualities() if pool is None else self._parts(pool):
            found.setdefault(parse_quality(quality).chain, []).append(quality)
        return found

    def _parts(self, pool: str) -> dict[str, int]:
        return {} if pool == REAL_POOL else self.pools[pool].parts

    def check_sizes(self, train: int, synthetic: int) -> None:
        """Refuse more images than there are: `train` real ones, and `synthetic` ones of each quality."""
        if self.n_real > train:
            raise ValueError(f"`selection.n_real`: {self.n_real} real images are asked for; `split.train` has {train}")
        for name, pool in self.pools.items():
            if pool.synthetic > synthetic:
                raise ValueError(
                    f"`selection.pools.{name}.parts`: {pool.synthetic} different images are asked for, and "
                    f"`sampling.images` is {synthetic}"
                )
            if self.n_real + pool.hidden_real > train:
                raise ValueError(
                    f"`selection.pools.{name}.hidden_real`: {pool.hidden_real} real images beside the {self.n_real} "
                    f"of `n_real` are asked for; `split.train` has {train}"
                )

    def check_images(self, size: Sequence[int], counts: dict[str, int] | None) -> None:
        """See `ClassificationTask.check_images`; `size` is (height, width)."""
        patch = self.transformer.patch
        if "transformer" in self.architectures and any(length % patch for length in size):
            raise ValueError(
                f"`selection.transformer.patch`: {patch} does not divide images of {size[0]} x {size[1]} pixels; use a "
                "divisor of both"
            )
        if counts is not None and self.per == "class":
            self._check_classes(counts)

    def _check_classes(self, counts: dict[str, int]) -> None:
        """Refuse classes with a share of less than 2 real images, and picks that no seed's pool can fill.

        Real images are of each class in proportion, and synthetic ones are as many of each. What only some seeds cannot
        do, by an image more or less of a class, is told by the job.
        """
        total = sum(counts.values())
        rarest = min(counts, key=lambda name: counts[name])
        if self.n_real * counts[rarest] < 2 * total:
            raise ValueError(
                f"`selection.n_real`: class {rarest!r} has {counts[rarest]:,} of {total:,} images, and so a share of "
                f"less than 2 in {self.n_real} real ones, and a rule needs 2 of each class to go by; use more, or "
                "`per: task`"
            )
        commonest = max(counts, key=lambda name: counts[name])
        share = counts[commonest] / total
        picks = self.n * share
        # One real image of the class less, and halves rounded.
        least = picks - self.n / self.n_real - 1
        for name, pool in self.pools.items():
            there = pool.synthetic / len(counts) + pool.hidden_real * share
            if set(self.rules) != {"all"} and least > there + 2:
                raise ValueError(
                    f"`selection.n`: class {commonest!r} has {share:.0%} of the images, and so some {picks:.0f} of "
                    f"{self.n} picks, but the pool `{name}` holds some {there:.0f} images of it; use fewer picks, a "
                    "larger pool, or `per: task`"
                )

    def rules_of(self, pool: str, train: int) -> tuple[RuleName | Reference, ...]:
        """The rules of a pool; those of `real` add no image, or more real ones if `train` has enough."""
        if pool != REAL_POOL:
            return self.rules
        return ("none", "more_real") if self.n_real + self.n <= train else ("none",)

    def trainings(self) -> list[tuple[Paradigm, str]]:
        """Paradigm and architecture of each training on a pool."""
        return [
            (paradigm, architecture)
            for paradigm in self.paradigms
            for architecture in ((LINEAR,) if paradigm == "pretrained" else self.architectures)
        ]
