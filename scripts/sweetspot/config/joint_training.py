"""The block `joint_training`: paper 2's theory of training on real and synthetic data together, against simulation."""

from __future__ import annotations

from sweetspot.config.block import Block, key


class JointTraining(Block):
    """How much is simulated; the sizes of the figures are in `theory.joint_panels`."""

    draws: int = key(60, "Monte Carlo draws of each point; more make narrower intervals", ge=2, le=100_000)
    seed: int = key(0, "seed of the draws", ge=0)
