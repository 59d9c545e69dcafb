"""A program's code is what it imports, directly or not, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sweetspot.code_graph import code_files, code_hash

SCRIPTS = Path(__file__).parents[1] / "scripts"
PROGRAMS = sorted(SCRIPTS.glob("*.py"))


@pytest.fixture
def depends(tmp_path):
    """Write a tree of modules and return, for a program's text, the files that it depends on."""
    modules = {
        "package/__init__.py": "",
        "package/direct.py": "import os\nfrom package.inner.deep import f\n",
        "package/lazy.py": "def f():\n    from package.inner import late\n",
        "package/lonely.py": "import package.direct\n",
        "package/circle_a.py": "import package.circle_b\n",
        "package/circle_b.py": "import package.circle_a\n",
        "package/audited.py": "",
        "package/inner/__init__.py": "",
        "package/inner/deep.py": "",
        "package/inner/late.py": "",
        "other.py": "",
        "sweetspot/__init__.py": "",
        "sweetspot/audit/__init__.py": "import other\n",
        "sweetspot/audit/claims.py": "import other\n",
        "sweetspot/auditor.py": "",
    }
    for name, text in modules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def of(text):
        program = tmp_path / "program.py"
        program.write_text(text)
        files = code_files(program)
        assert files == sorted(set(files))
        assert program in files
        return [each.relative_to(tmp_path).as_posix() for each in files if each != program]

    return of


DEEP = ["package/__init__.py", "package/inner/__init__.py", "package/inner/deep.py"]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("import os, numpy.linalg\nfrom pathlib import Path\n", []),
        ("import other\n", ["other.py"]),
        ("import other as o, package.inner.deep\n", ["other.py", *DEEP]),
        ("import package.direct\n", sorted(["package/direct.py", *DEEP])),
        ("from package.direct import f\n", sorted(["package/direct.py", *DEEP])),
        ("from package import direct\n", sorted(["package/direct.py", *DEEP])),
        ("from package.inner import deep as d\n", DEEP),
        ("from package import name\n", ["package/__init__.py"]),
        ("def f():\n    if True:\n        import other\n", ["other.py"]),
        ("try:\n    import other\nexcept ImportError:\n    pass\n", ["other.py"]),
        ("try:\n    import os\nexcept ImportError:\n    import other\n", ["other.py"]),
        ("match 1:\n    case 1:\n        import other\n", ["other.py"]),
        ("class A:\n    def f(self):\n        with self:\n            import other\n", ["other.py"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import other\n", ["other.py"]),
        (
            "import package.lazy\n",
            [
                "package/__init__.py",
                "package/inner/__init__.py",
                "package/inner/late.py",
                "package/lazy.py",
            ],
        ),
        ("import package.circle_a\n", ["package/__init__.py", "package/circle_a.py", "package/circle_b.py"]),
    ],
)
def test_what_a_program_depends_on(depends, text, files):
    assert depends(text) == files


@pytest.mark.parametrize(
    "text", ["import sweetspot.audit.claims\n", "from sweetspot.audit import claims\n", "import sweetspot.audit\n"]
)
def test_the_audit_and_what_only_it_imports_are_left_out(depends, text):
    assert depends(text) == ["sweetspot/__init__.py"]


def test_a_module_that_only_starts_like_the_audit_counts(depends):
    assert depends("import sweetspot.auditor\n") == ["sweetspot/__init__.py", "sweetspot/auditor.py"]


def test_the_hash_changes_with_what_the_program_depends_on_and_with_nothing_else(depends, tmp_path):
    program = tmp_path / "program.py"
    depends("import package.direct\n")
    before = code_hash(program)
    (tmp_path / "other.py").write_text("edited = True\n")
    assert code_hash(program) == before
    (tmp_path / "package/inner/deep.py").write_text("edited = True\n")
    assert code_hash(program) != before


def test_the_hash_does_not_depend_on_where_the_project_is(tmp_path):
    for folder, text in (("a", "import b"), ("c", "import b"), ("d", "import  b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.py").touch()
        (tmp_path / folder / "program.py").write_text(text)
    here, elsewhere, edited = (code_hash(tmp_path / folder / "program.py") for folder in "acd")
    assert here == elsewhere != edited


def real(program):
    return {each.relative_to(SCRIPTS).as_posix() for each in code_files(SCRIPTS / f"{program}.py")}


def test_training_a_generator_does_not_depend_on_sampling_or_on_later_stages():
    files = real("train_generator")
    assert {"train_generator.py", "sweetspot/generate/training.py", "sweetspot/streams.py"} <= files
    assert "sweetspot/generate/sampling.py" not in files
    assert "sweetspot/config/sampling.py" not in files
    later = ("sweetspot/figures/", "sweetspot/downstream/", "sweetspot/theory/", "sweetspot/claims")
    assert not [each for each in files if each.startswith(later)]


def test_sampling_depends_on_the_sampler_and_the_network_not_on_the_classifier():
    files = real("sample_generator")
    assert {"sweetspot/generate/sampling.py", "sweetspot/generate/denoiser.py"} <= files
    assert not [each for each in files if each.startswith(("sweetspot/downstream/", "sweetspot/figures/"))]


def test_figure_7_depends_on_no_module_that_uses_torch():
    files = real("plot_figure_7")
    assert {"sweetspot/figures/accuracy.py", "sweetspot/figures/style.py", "sweetspot/tables/runs.py"} <= files
    heavy = [each for each in files if _imports(SCRIPTS / each) & {"torch", "diffusers", "accelerate"}]
    # It imports torch only when a stream of torch's is asked for.
    assert heavy == ["sweetspot/streams.py"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_program_depends_on_the_whole_config_or_on_snakemake(program):
    files = code_files(program)
    # The page of the report that shows the whole config is made anew for every report.
    assert (SCRIPTS / "sweetspot/config/workflow.py" in files) == (program.stem == "report_audit")
    assert not [each for each in files if "snakemake" in _imports(each)]


@pytest.mark.parametrize("folder", ["*", "sweetspot/**/*"])
def test_no_module_has_relative_imports_which_the_graph_does_not_follow(folder):
    found = [
        (file.name, node.lineno)
        for file in SCRIPTS.glob(f"{folder}.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not found


def test_package_inits_are_empty():
    assert not [file for file in SCRIPTS.rglob("__init__.py") if file.read_text(encoding="utf-8").strip()]


def _imports(file: Path) -> set[str]:
    """First names of all modules that a file imports, lazily or not."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
