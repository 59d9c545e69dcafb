"""A classification task: images with class labels, a class-conditional generator, a convolutional network."""

from __future__ import annotations

from typing import Literal

from sweetspot.config.block import REQUIRED, key
from sweetspot.config.classifier import Classifier, ClassifierRuns
from sweetspot.config.data import DataSource, PreparedData, Split
from sweetspot.config.encoding import ImageEncoding, SampleEncoding
from sweetspot.config.experiment import Experiment
from sweetspot.config.generator import Generator, GeneratorTraining
from sweetspot.config.hyperparameters import ClassificationHyperparameters
from sweetspot.config.measure import ClassDistances
from sweetspot.config.pilot import ClassifierPilot
from sweetspot.config.sample_selection import SampleSelection
from sweetspot.config.sampling import Sampling
from sweetspot.config.selected_runs import Paradigm, SelectedRuns
from sweetspot.config.selection import Selection
from sweetspot.config.task import Task


class ClassificationTask(Task):
    """A data set, its split, a generator, qualities, a classifier, and experiments."""

    kind: Literal["classification"] = key("classification", "what the downstream model does")
    data: DataSource = key(REQUIRED, "where the images come from")
    split: Split = key(REQUIRED, "sizes of the disjoint parts")
    generator: Generator = key(REQUIRED, "the diffusion model")
    sampling: Sampling = key(REQUIRED, "how synthetic images are drawn")
    classifier: Classifier = key(REQUIRED, "the downstream network")
    experiments: dict[str, Experiment] = key(
        REQUIRED, "sweeps by name; `in_domain` is the one that figure 7 shows", min_length=1
    )
    selection: Selection | None = key(None, "rules that select samples, compared; null: none are")

    def check_sizes(self) -> None:
        """Refuse more real images than the training part has."""
        for name, experiment in self.experiments.items():
            if experiment.n_real > self.split.train:
                raise ValueError(
                    f"`experiments.{name}.n_real`: {experiment.n_real} real images are asked for, and `split.train` "
                    f"has {self.split.train}"
                )
        if self.selection:
            self.selection.check_sizes(self.split.train, self.sampling.images)

    def check_images(self, shape: tuple[int, int, int], counts: dict[str, int] | None) -> None:
        """Refuse what the images rule out, which the config does not hold: their size, and how many each class has.

        Parameters
        ----------
        shape : (channels, height, width) of the images.
        counts : of all images, by class; None if they are not known.

        Raises
        ------
        ValueError : the message begins with the name of the key.
        """
        _, *size = shape
        divisor = 2 ** (len(self.generator.channels) - 1)
        if any(length % divisor for length in size):
            raise ValueError(
                f"`generator.channels`: images of {size[0]} x {size[1]} pixels cannot be halved as often as "
                f"{len(self.generator.channels)} resolutions ask for; use fewer"
            )
        if min(size) < 4:
            raise ValueError(
                f"`data`: the classifier halves images twice, so they must have 4 x 4 pixels or more, not {size[0]} x "
                f"{size[1]}"
            )
        if self.selection:
            self.selection.check_images(size, counts)

    def sampled_qualities(self) -> dict[str, str]:
        """Those of the pools of `selection` too."""
        found = super().sampled_qualities()
        for quality, pool in self.selection.qualities().items() if self.selection else ():
            found.setdefault(quality, f"selection.pools.{pool}.parts")
        return found

    def prepared_data(self) -> PreparedData:
        """The data stage's own part."""
        return PreparedData(data=self.data, split=self.split)

    def generator_training(self) -> GeneratorTraining:
        """The training stage's own part: the generator and the steps whose weights are kept."""
        return GeneratorTraining(generator=self.generator, snapshots=self.snapshots())

    def hyperparameters(self) -> ClassificationHyperparameters:
        """What table 2 shows."""
        return ClassificationHyperparameters(
            **{block: getattr(self, block) for block in ClassificationHyperparameters.model_fields}
        )

    def runs(self, experiment: str, share: str) -> ClassifierRuns:
        """What a job of an experiment depends on."""
        return ClassifierRuns(**self.shared_runs(experiment, share), classifier=self.classifier)

    def pilot(self, experiment: str) -> ClassifierPilot:
        """What the pilot of an experiment depends on."""
        return ClassifierPilot(**self.pilot_runs(experiment), classifier=self.classifier)

    def distances(self) -> ClassDistances:
        """What the distances depend on; the network trains as in `in_domain`."""
        return ClassDistances(
            measure=self.measure,
            qualities=self.sampling.qualities,
            classifier=self.classifier,
            budget=self.experiments["in_domain"].budget,
        )

    def real_curves(self, experiment: str) -> dict[str, list[float]]:
        """More real images, as far as the training part goes."""
        settings = self.experiments[experiment]
        return {"more_real": settings.real_ratios(self.split.train - settings.n_real)}

    def image_encoding(self) -> ImageEncoding:
        """What the features of the real images depend on, and the network that makes them."""
        return ImageEncoding(classifier=self.classifier, budget=self.selection.budget)

    def sample_encoding(self, chain: str) -> SampleEncoding:
        """What the features of the synthetic images of a reverse chain depend on, beside the network.

        All qualities that are taken from it, in whatever pool they are, so that other pools change nothing.
        """
        return SampleEncoding(qualities=tuple(sorted(self.chains()[chain].qualities)))

    def sample_selection(self, pool: str) -> SampleSelection:
        """What the picks from a pool depend on."""
        settings = self.selection
        return SampleSelection(
            pool=settings.pools.get(pool),
            rules=settings.rules_of(pool, self.split.train),
            **{name: getattr(settings, name) for name in ("n_real", "n", "seeds", "per")},
        )

    def selected_runs(self, pool: str, paradigm: Paradigm, architecture: str) -> SelectedRuns:
        """What the runs on the picks from a pool depend on, beside the picks."""
        settings = self.selection
        return SelectedRuns(
            paradigm=paradigm,
            classifier=self.classifier,
            transformer=settings.transformer if architecture == "transformer" else None,
            rules=settings.rules_of(pool, self.split.train),
            **{name: getattr(settings, name) for name in ("budget", "n_real", "seeds")},
        )
