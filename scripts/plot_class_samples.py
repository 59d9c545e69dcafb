"""A picture of labelled images: real ones, and synthetic ones of each quality."""

from __future__ import annotations

from pathlib import Path

from sweetspot.data.sample_pools import class_pool
from sweetspot.data.store import class_names, load_part
from sweetspot.figures.class_samples import class_samples_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="+", required=True, metavar="FOLDER", help="of each chain")
    arguments.add_argument("--qualities", nargs="+", required=True, metavar="QUALITY")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    real = load_part(options.images, options.split, "generator")
    synthetic = {quality: class_pool(options.samples, quality) for quality in options.qualities}
    use_style()
    save(class_samples_figure(real, synthetic, class_names(options.split)), *options.out)


if __name__ == "__main__":
    run(main)
