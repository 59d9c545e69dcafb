"""Read a BIDS data set, split its subjects, cut axial slices and write the slice store."""

from __future__ import annotations

from sweetspot import program
from sweetspot.audit.recording import also_read
from sweetspot.config.scans import PreparedSlices
from sweetspot.data.bids import scan_files
from sweetspot.data.slice_writer import summary, write_slices


def main() -> None:
    parser = program.parser(__doc__)
    parser.add_argument(
        "--config",
        required=True,
        type=program.config_of(PreparedSlices),
        help="JSON with `data`, `slices` and `split`",
    )
    parser.add_argument("--images", required=True, help="the .npy file of images to write")
    parser.add_argument("--masks", required=True, help="the .npy file of masks to write")
    parser.add_argument("--split-table", required=True, help="the .csv manifest to write")
    arguments = parser.parse_args()
    config: PreparedSlices = arguments.config

    print(summary(write_slices(arguments.images, arguments.masks, arguments.split_table, config)))
    also_read(scan_files(config.data, config.split))


if __name__ == "__main__":
    program.run(main)
