"""Disjoint parts by subject."""

from __future__ import annotations

from sweetspot.config.scans import SubjectSplit
from sweetspot.data.parts import SLICE_PARTS
from sweetspot.errors import InputError
from sweetspot.streams import stream_seed


def split_subjects(subjects: dict[str, list[str]], split: SubjectSplit, key_prefix: str) -> dict[str, tuple[str, ...]]:
    """Subjects of each part, sorted; they depend on the names and the seed alone.

    The target's subjects are put in the order of a hash of each one's own name, and dealt to test, validation, train
    and generator, in this order. So a larger part changes only those after it, and a new subject moves at most one
    subject from each part to the next.

    Parameters
    ----------
    subjects : the subjects of each domain.
    key_prefix : full name of the split's key in the config, such as "tasks.ms.split".

    Raises
    ------
    InputError : a domain without subjects, or more subjects asked for than there are.
    """
    for role in ("target", "source"):
        domain = getattr(split, role)
        if domain is not None and not subjects.get(domain):
            known = ", ".join(f"{name} ({len(members)} subjects)" for name, members in sorted(subjects.items()))
            hint = " or to null" if role == "source" else ""
            raise InputError(f"`{key_prefix}.{role}`: no subject is of {domain!r}; set it to one of {known}{hint}")
    members = sorted(subjects[split.target])
    sizes = {"test": split.test, "validation": split.validation, "train": split.train}
    room = len(members) - sum(sizes.values())
    if room < (split.generator or 1):
        asked = " + ".join(f"{size:,} {part}" for part, size in sizes.items())
        rest = f"{split.generator:,} generator" if split.generator else "at least 1 generator"
        raise InputError(
            f"`{key_prefix}`: {asked} + {rest} subjects are asked for, but {split.target} has {len(members):,}; make "
            "the parts smaller. With 0 for train, validation and test, a generator alone can be trained"
        )
    sizes["generator"] = split.generator or room
    dealt = iter(sorted(members, key=lambda subject: stream_seed(f"subject split/{subject}", split.seed)))
    parts = {part: tuple(sorted(next(dealt) for _ in range(size))) for part, size in sizes.items()}
    parts["source"] = tuple(sorted(subjects[split.source])) if split.source is not None else ()
    return {part: parts[part] for part in SLICE_PARTS}
