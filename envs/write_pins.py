"""Write the installed versions of all dependencies to requirements.lock (pip) and sweetspot.yaml (conda)."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make lock`; every version is pinned.\n"
# Python's own installer, and the project itself.
LEFT_OUT = {"pip", "sweetspot"}
# Needed by one build of torch only: it asks for its own versions of them.
PLATFORM_PREFIXES = ("nvidia-", "triton", "cuda-")


def pins() -> list[str]:
    """`name==version` of every installed distribution, sorted, without local version labels such as `+cpu`."""
    found = {}
    for distribution in distributions():
        name = distribution.metadata["Name"].lower().replace("_", "-")
        if name not in LEFT_OUT and not name.startswith(PLATFORM_PREFIXES):
            found[name] = distribution.version.split("+")[0]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def conda_environment(requirements: list[str]) -> str:
    """A conda environment with Python, and the same pins through pip."""
    lines = ["channels:", "  - conda-forge", "dependencies:", "  - python=3.11", "  - pip", "  - pip:"]
    return "\n".join([*lines, *(f"      - {each}" for each in requirements)]) + "\n"


def main() -> None:
    requirements = pins()
    (ROOT / "requirements.lock").write_text(HEADER + "\n".join(requirements) + "\n", encoding="utf-8")
    (ROOT / "envs/sweetspot.yaml").write_text(HEADER + conda_environment(requirements), encoding="utf-8")


if __name__ == "__main__":
    main()
