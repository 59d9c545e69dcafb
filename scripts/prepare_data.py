"""Read a data set, drop repeated images, split it into stratified parts and write the sample store."""

from __future__ import annotations

from sweetspot import program
from sweetspot.audit.recording import also_read
from sweetspot.config.data import PreparedData
from sweetspot.data.parts import PARTS
from sweetspot.data.readers import check_split, folder_files, read
from sweetspot.data.split import split_images
from sweetspot.data.store import write_store


def main() -> None:
    parser = program.parser(__doc__)
    parser.add_argument(
        "--config",
        required=True,
        type=program.config_of(PreparedData),
        help="JSON with `data` and `split`",
    )
    parser.add_argument("--images", required=True, help="the .npy file to write")
    parser.add_argument("--split-table", required=True, help="the .csv manifest to write")
    arguments = parser.parse_args()

    config: PreparedData = arguments.config
    check_split(config.data, config.split, "split")
    data = read(config.data)
    also_read(folder_files(config.data))
    split = split_images(data, config.split)
    manifest = write_store(arguments.images, arguments.split_table, data, split)

    print(f"{len(data.images):,} images of shape {data.images.shape[1:]} read")
    print(f"{split.duplicates:,} left out: an equal image with the same label comes earlier")
    print(f"{split.conflicts:,} left out: an equal image has another label")
    counts = manifest.groupby(["class", "part"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(data.class_names), columns=list(PARTS), fill_value=0)
    counts.loc["total"] = counts.sum()
    print(counts.to_string())


if __name__ == "__main__":
    program.run(main)
