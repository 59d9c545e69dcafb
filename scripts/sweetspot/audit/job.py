"""What the workflow tells a program about the job that it is, in its environment."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

VARIABLE = "SWEETSPOT_JOB"
CONFIG_VARIABLE = "SWEETSPOT_CONFIG"  # the file with the config of the whole run


@dataclass(frozen=True)
class Job:
    """The files that the workflow declares. A folder may stand for all that is in it."""

    rule: str
    wildcards: Mapping[str, str]
    inputs: Sequence[str]
    outputs: Sequence[str]

    def encode(self) -> str:
        """Thousands of inputs are longer than a command may be, so they are packed."""
        return base64.urlsafe_b64encode(zlib.compress(json.dumps(asdict(self)).encode(), 9)).decode()

    @classmethod
    def decode(cls, text: str) -> Job:
        """The inverse of `encode`."""
        return cls(**json.loads(zlib.decompress(base64.urlsafe_b64decode(text))))
