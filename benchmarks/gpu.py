"""What a GPU does with this project, in one call of under 8 minutes that needs no network.

- workflow: the classification part on CIFAR-10, or on generated images without `--data`.
- training: images per second of generator training, against diffusers' own example loop at the same network, batch and
  precision, taken in turns.
- phases, operators: where the time of a training step goes.
- classifiers, segmenters: wall time of so many runs on one GPU.

Each section has a share of the time and leaves out what no longer fits. Peak memory stands with each measurement. With
`--quick` everything is tiny, to see that it works.
"""

from __future__ import annotations

import os

os.environ["TQDM_DISABLE"] = "1"  # read when tqdm is imported

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from gpu_replicas import classifiers, segmenters
from gpu_training import compare_loops, operators, phases
from gpu_workflow import run_workflow

from sweetspot.config.block import parse
from sweetspot.config.classifier import Classifier
from sweetspot.config.data import Cifar10
from sweetspot.config.generator import Generator
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.readers import read
from sweetspot.device import facts
from sweetspot.files import atomic_path, sha256_of_file
from sweetspot.load_config import read_config
from sweetspot.streams import numpy_stream

# Seconds of each section, 440 in all; with --quick no share ends, so that a busy machine leaves nothing out.
SHARES = {"workflow": 170, "training": 110, "phases": 20, "operators": 20, "classifiers": 70, "segmenters": 50}
QUICK_SHARE = 600
PAPER = Path(__file__).parents[1] / "config/paper.yaml"


@dataclass(frozen=True)
class Sizes:
    """What is measured: networks as in config/paper.yaml, or tiny ones."""

    generator: Generator
    classifier: Classifier
    segmenter: Segmenter
    slice_size: int  # pixels
    profiled: int  # steps
    seconds: float  # of each speed of training
    replicas: tuple[int, ...]
    replica_steps: int
    segmenters: tuple[int, ...]
    segmenter_steps: int


def sizes(quick: bool) -> Sizes:
    if quick:
        generator = Generator(channels=(8, 16), batch_size=8, steps=1000)
        classifier = Classifier(channels=(4, 8), dense=16, horizontal_flip=True)
        segmenter = Segmenter(channels=(4, 8), batch_size=2)
        return Sizes(generator, classifier, segmenter, 16, 3, 0.5, (1, 2), 5, (1, 2), 3)
    tasks = read_config(PAPER)["tasks"]
    generator = parse(Generator, tasks["cifar10"]["generator"])
    classifier = parse(Classifier, tasks["cifar10"]["classifier"])
    segmenter = parse(Segmenter, tasks["ms_lesions"]["segmenter"])
    size = tasks["ms_lesions"]["slices"]["size"][0]
    return Sizes(generator, classifier, segmenter, size, 10, 6, (1, 2, 5, 10, 20, 50), 300, (1, 2, 4), 100)


def main() -> None:
    options = _options()
    images, labels, data = _images(options.data, options.quick)
    size = sizes(options.quick)
    generator, threads = size.generator, os.cpu_count() or 1
    report: dict[str, Any] = {"compute": facts(generator.compute), "cores": threads, "data": f"{options.data}"}
    print(json.dumps(report), flush=True)

    def workflow(deadline: float) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            source = data or _as_arrays(Path(folder), images, labels)
            return run_workflow(source, len(images), options.quick, deadline - time.monotonic(), threads)

    sections: dict[str, Callable[[float], Any]] = {
        "workflow": workflow,
        "training": lambda end: compare_loops(generator, images, labels, size.seconds, options.compile, end),
        "phases": lambda end: phases(generator, images, labels, size.profiled),
        "operators": lambda end: operators(generator, images, labels, size.profiled),
        "classifiers": lambda end: classifiers(size.classifier, images, labels, size.replicas, size.replica_steps, end),
        "segmenters": lambda end: segmenters(
            size.segmenter, size.slice_size, size.segmenters, size.segmenter_steps, end
        ),
    }
    for name in options.sections:
        begun = time.monotonic()
        report[name] = sections[name](begun + (QUICK_SHARE if options.quick else SHARES[name]))
        _print(name, report[name], time.monotonic() - begun)
    with atomic_path(options.out) as file:
        file.write_text(json.dumps(report, indent=1), encoding="utf-8")
    if "failed" in report.get("workflow", {}):
        sys.exit("the workflow failed")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="cifar-10-python.tar.gz, or a sample of it in the same layout")
    parser.add_argument("--out", type=Path, default=Path("gpu.json"), help="all numbers, JSON")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--compile", action="store_true", help="training with torch.compile too, minutes more")
    parser.add_argument("--sections", nargs="+", choices=SHARES, default=list(SHARES))
    return parser.parse_args()


def _images(path: Path | None, quick: bool) -> tuple[np.ndarray, np.ndarray, dict[str, Any] | None]:
    """Images and labels, and how the workflow is to read them; None if they are no data of a user."""
    if path is not None:
        block = {"reader": "cifar10", "path": str(path.resolve()), "sha256": sha256_of_file(path)}
        data = read(Cifar10(**block))
        return data.images, data.labels, block
    # Coloured noise whose mean depends on the class.
    labels = np.arange(300 if quick else 6000) % 10
    stream = numpy_stream("benchmark of a GPU", 0)
    shape = (len(labels), 3, 8, 8) if quick else (len(labels), 3, 32, 32)
    noise = stream.normal(scale=0.3, size=shape).astype(np.float32)
    return np.clip(noise + np.float32(labels[:, None, None, None] / 10 - 0.45), -1, 1), labels, None


def _as_arrays(folder: Path, images: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", labels)
    names = {"images": str(folder / "images.npy"), "labels": str(folder / "labels.npy")}
    return {"reader": "arrays", **names, "value_range": [-1, 1]}


def _print(name: str, found: Any, seconds: float) -> None:
    print(f"\n{name} ({seconds:.0f} s)")
    if isinstance(found, list):
        print(pd.DataFrame(found).to_string(index=False, float_format="{:.4g}".format))
    else:
        for key, value in found.items():
            print(f"  {key}: {value}" if not isinstance(value, float) else f"  {key}: {value:.4g}")
    sys.stdout.flush()


if __name__ == "__main__":
    torch.set_num_threads(os.cpu_count() or 1)
    main()
