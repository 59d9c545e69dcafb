"""The embedded brain phantom: how many subjects, their anatomy and lesions, and the two scanners."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from sweetspot.config.block import REQUIRED, Block, key


class Phantom(Block):
    """A digital brain phantom, written as a BIDS data set and read back as one."""

    reader: Literal["phantom"] = key(REQUIRED, "the embedded brain phantom; no file is needed")
    subjects: dict[str, int] = key(
        REQUIRED, "number of subjects scanned by each contract research organisation", unit="subjects"
    )
    sessions: int = key(1, "scans of each subject, with lesions that grow", unit="sessions", ge=1)
    seed: int = key(0, "names the streams of anatomy, lesions, bias field and noise", ge=0)

    @field_validator("subjects")
    @classmethod
    def _some(cls, subjects: dict[str, int]) -> dict[str, int]:
        if not subjects or min(subjects.values()) < 1:
            raise ValueError("each organisation needs one subject or more")
        return subjects
