"""Draw the masks that condition the synthetic slices of a task, for all its networks, chains and qualities."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.mask_sampling import MaskPool
from sweetspot.data.slice_store import load_slices
from sweetspot.generate.mask_augmentation import augmented_masks
from sweetspot.generate.pool_writer import write_masks
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(MaskPool), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True, help="output, .npy")
    options = arguments.parse_args()

    # Only the generator's own part: a mask of another part would carry its lesions into the training sets.
    own = load_slices(options.images, options.masks, options.split, "generator").masks
    write_masks(options.out, augmented_masks(own, options.config), own.shape[1:])


if __name__ == "__main__":
    run(main)
