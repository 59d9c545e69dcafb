"""Which local code a program runs, found from its imports without running it.

A rule has the hash of these files among its params, so that an edit runs again what depends on it and nothing else. As
inputs, dozens of files for each of thousands of jobs would take most of the time that Snakemake needs to plan them,
and an edit during a run would be taken for the code that ran.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator
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


def code_hash(program: Path) -> str:
    """16 hexadecimal digits that change with the name or the content of any of `code_files`."""
    digest = hashlib.sha256()
    for file in code_files(program):
        digest.update(repr((file.relative_to(program.parent).as_posix(), file.read_bytes())).encode())
    return digest.hexdigest()[:16]


@functools.cache
def _local_imports(file: Path, root: Path) -> tuple[Path, ...]:
    modules: set[str] = set()
    for node in _statements(ast.parse(file.read_text(encoding="utf-8"), str(file))):
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


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements inside a node: a twelfth of what `ast.walk` visits, all imports among it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child
            yield from _statements(child)
