"""The disjoint parts of a data set, and the check that they are disjoint."""

from __future__ import annotations

import pandas as pd

from sweetspot.errors import InputError

PARTS = ("generator", "train", "validation", "test")
# The parts of a slice store, in the order in which it holds them; `source` is the whole source domain.
SLICE_PARTS = (*PARTS, "source")


def verify_disjoint(manifest: pd.DataFrame, name: str = "the manifest", allowed: tuple[str, ...] = PARTS) -> None:
    """Check that no image and no subject is in two parts.

    Parameters
    ----------
    manifest : one row for each image, with columns id, part, sha256, and subject (empty if there is none).
    name : what the message calls it, for example its path.
    allowed : the parts that there may be.

    Raises
    ------
    InputError : an unknown part, or an image or a subject in two parts.
    """
    unknown = set(manifest["part"]) - set(allowed)
    if unknown:
        raise InputError(f"{name}: unknown part {min(unknown)!r}; the parts are {', '.join(allowed)}")
    for column, what in (("sha256", "identical images"), ("subject", "images of one subject")):
        rows = manifest[manifest[column] != ""]
        pairs = rows[[column, "part"]].drop_duplicates()
        twice = pairs[pairs[column].duplicated(keep=False)]
        if len(twice):
            value = twice[column].iloc[0]
            ids = rows.loc[rows[column] == value].drop_duplicates("part")
            places = " and ".join(f"{row.id} in {row.part}" for row in ids.itertuples())
            raise InputError(f"{name}: {what} are in two parts: {places}; prepare the data again")
