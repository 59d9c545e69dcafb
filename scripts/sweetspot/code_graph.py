"""Which local code a program runs, found from its imports without running it.

A rule has the hash of these files among its params, so that an edit runs again what depends on it and nothing else. As
inputs, dozens of files for each of thousands of jobs would take most of the time that Snakemake needs to plan them,
and an edit during a run would be taken for the code that ran.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

# All that their code adds to the bytes of a result is the id of its record, whose formula has a version of its own.
IGNORED = ("sweetspot/audit/",)


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


def imported_libraries(files: Iterable[Path]) -> list[str]:
    """The top-level modules of neither the project nor Python itself that any of `files` imports, sorted."""
    files = list(files)
    own = {file.stem for file in files} | {part for file in files for part in file.parent.parts}
    names = {module.partition(".")[0] for file in files for module in _imports(file)}
    return sorted(names - own - sys.stdlib_module_names)


def _local_imports(file: Path, root: Path) -> Iterator[Path]:
    for module in _imports(file):
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            path = root.joinpath(*parts[:length])
            for each in (path.with_suffix(".py"), path / "__init__.py"):
                if each.is_file() and not each.relative_to(root).as_posix().startswith(IGNORED):
                    yield each


@functools.cache
def _imports(file: Path) -> frozenset[str]:
    """All modules that a file imports, and what it imports from them, which may be modules."""
    found: set[str] = set()
    for node in _statements(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements inside a node: a twelfth of what `ast.walk` visits, all imports among it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child
            yield from _statements(child)
