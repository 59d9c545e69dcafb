"""Write the features and probabilities that the network of `encode_images` gives to the samples of a reverse chain."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.encoding import SampleEncoding
from sweetspot.data.encoded import write_encoded
from sweetspot.data.sample_pools import class_pool
from sweetspot.device import start
from sweetspot.downstream.image_encoder import load_encoder
from sweetspot.files import atomic_path
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SampleEncoding), required=True)
    arguments.add_argument("--encoder", type=Path, required=True, help="safetensors of `encode_images`")
    arguments.add_argument("--samples", type=Path, required=True, metavar="FOLDER", help="of the chain")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output folder: QUALITY.npz")
    options = arguments.parse_args()
    config: SampleEncoding = options.config

    encoder = load_encoder(options.encoder)
    encoder.network.to(start(encoder.config.compute, options.threads))
    with atomic_path(options.out) as folder:
        folder.mkdir()
        for quality in config.qualities:
            write_encoded(folder, quality, encoder.encode(*class_pool([options.samples], quality)))


if __name__ == "__main__":
    run(main)
