"""The project's own tools find nothing to object to, and its parts belong together."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
RULES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]
PROGRAMS = {path.name for path in (ROOT / "scripts").glob("*.py")}
# A home folder with the name of its owner, on Linux, macOS or Windows.
MACHINE_PATH = re.compile(r"/(?:home|Users|root)/[\w.]|[A-Z]:\\+Users\\")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "command",
    [
        ["snakemake", "--lint"],
        ["snakefmt", "--check", "Snakefile", "rules"],
        ["ruff", "check", "--no-cache"],
        ["ruff", "format", "--no-cache", "--check"],
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_no_tool_objects(command):
    files = [str(path) for path in tracked() if path.suffix == ".py"] if command[0] == "ruff" else []
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:], *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Lints for" not in done.stdout + done.stderr


def test_rules_and_programs_belong_together():
    rules = "".join(path.read_text(encoding="utf-8") for path in RULES)
    assert set(re.findall(r"python scripts/(\w+\.py)", rules)) == PROGRAMS
    assert {f"{name}.py" for name in re.findall(r'\bcode\("(\w+)"\)', rules)} == PROGRAMS


def test_each_rule_lists_the_code_of_the_program_that_it_runs():
    for path in RULES:
        for rule in re.split(r"^(?: {4})?rule\b", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            assert re.findall(r"python scripts/(\w+)\.py", rule) == re.findall(r'code\("(\w+)"\)', rule), path.name


def test_each_rule_tells_its_jobs_their_names():
    for path in RULES:
        for rule in re.split(r"^(?: {4})?rule\b", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name = re.match(r" (\w+):", rule) or re.search(r'name:\s+f"(\S+)"', rule)
            told = re.findall(r'\bjob\(f?"(\S+)"\)', rule)
            # Neither the pages of the report, which are no results, nor what runs nothing.
            assert told == ([name[1]] if "SWEETSPOT_JOB" in rule else []), path.name
            assert ("SWEETSPOT_JOB" in rule) == ("python scripts/" in rule and "report_" not in name[1]), path.name


@pytest.mark.parametrize(
    "path",
    [path for path in tracked() if path.is_relative_to(ROOT / "scripts") and path.suffix == ".py"],
    ids=lambda path: path.stem,
)
def test_modules_say_what_they_are(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name == "__init__.py":
        assert not tree.body, "a package's __init__ stays empty, or every rule depends on every module"
    else:
        assert ast.get_docstring(tree)


def test_pip_and_conda_install_the_same():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lock if line and not line.startswith("#")]
    environment = yaml.safe_load((ROOT / "envs/sweetspot.yaml").read_text(encoding="utf-8"))
    (by_pip,) = (each["pip"] for each in environment["dependencies"] if isinstance(each, dict))
    assert pins == by_pip
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9._-]+==[^=\s]+", pin)] == []
    assert "torch==2.13.0" in pins


def test_no_file_holds_a_path_of_one_machine():
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        if MACHINE_PATH.search(text):
            found.append(path.relative_to(ROOT).as_posix())
    assert found == []
