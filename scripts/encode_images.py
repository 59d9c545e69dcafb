"""Train a network on real images that no run sees; write its features and probabilities of the other real images."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.encoding import ImageEncoding
from sweetspot.data.encoded import write_encoded
from sweetspot.data.store import class_names, load_part
from sweetspot.device import start
from sweetspot.downstream.image_encoder import save_encoder, train_encoder
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.files import atomic_path
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ImageEncoding), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--encoder", type=Path, required=True, help="output, safetensors: the network")
    arguments.add_argument("--out", type=Path, required=True, help="output folder: PART.npz")
    options = arguments.parse_args()
    config: ImageEncoding = options.config
    start(config.classifier.compute, options.threads)

    parts = {
        part: LabelledSet(*load_part(options.images, options.split, part))
        for part in ("generator", "train", "validation", "test")
    }
    encoder = train_encoder(config, parts.pop("generator"), parts["validation"], len(class_names(options.split)))
    with atomic_path(options.out) as folder:
        folder.mkdir()
        for part, images in parts.items():
            write_encoded(folder, part, encoder.encode(images.images, images.labels))
    save_encoder(options.encoder, encoder)


if __name__ == "__main__":
    run(main)
