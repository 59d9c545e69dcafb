"""Which local code a program runs, found from its imports without running it.

A rule lists these files as inputs, so that an edit runs again what depends on it and nothing else.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

# Their code never changes the bytes of a result.
IGNORED = ("sweetspot/audit/", "sweetspot/audit.py")


def code_files(program: Path) -> list[Path]:
    """`program` and all modules beside it that it imports, directly or not, sorted.

    Imports inside functions count too. A package's `__init__.py` counts when something inside the package is
    imported, since Python runs it then.
    """
    root = program.parent
    found: set[Path] = set()
    waiting = [program]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting.extend(_local_imports(file, root))
    return sorted(found)


@functools.cache
def _local_imports(file: Path, root: Path) -> tuple[Path, ...]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
            # `from package import name`: the name may be a module of the package.
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
    files: set[Path] = set()
    for module in modules:
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            path = root.joinpath(*parts[:length])
            files.update(each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file())
    return tuple(each for each in files if not each.relative_to(root).as_posix().startswith(IGNORED))
