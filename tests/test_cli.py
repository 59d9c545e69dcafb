"""The command `sweetspot`: it checks a config as the workflow does and prints the schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from sweetspot.errors import InputError
from sweetspot.load_config import read_config

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config.yaml"


def test_a_good_config_is_fine(sweetspot):
    code, out, err = sweetspot("check", CONFIG)
    assert (code, err) == (0, "")
    assert out == f"{CONFIG}: fine; tasks: digits, phantom\n"


def test_a_typo_is_named_with_what_was_meant(sweetspot, tmp_path):
    (tmp_path / "typo.yaml").write_text(CONFIG.read_text().replace("n_real:", "n_reel:", 1))
    code, out, err = sweetspot("check", tmp_path / "typo.yaml")
    assert (code, out) == (1, "")
    assert "`tasks.digits.experiments.in_domain.n_reel`: unknown key; did you mean `n_real`?" in err


def test_a_split_larger_than_the_data_is_found_before_any_job(sweetspot, tmp_path):
    config = yaml.safe_load(CONFIG.read_text())
    config["tasks"]["digits"]["split"]["test"] = 1797
    (tmp_path / "large.yaml").write_text(yaml.safe_dump(config))
    code, _, err = sweetspot("check", tmp_path / "large.yaml")
    assert code == 1
    assert "`tasks.digits.split`" in err
    assert "1,797" in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"tasks: [unclosed\nmore: {", "not YAML"),
        (b"tasks:\n\t- tab", "not YAML"),
        (b"\xff\xfe\x00", "not YAML"),
        (b"!!python/object/apply:os.system ['true']", "not YAML"),
        (b"", "is empty"),
        (b"- a list", "is empty"),
        (b"tasks: &again {digits: *again}", "not usable"),
        (b"tasks: {digits: 2026-01-01}", "not usable"),
    ],
)
def test_a_file_that_is_no_config_is_refused_in_one_line(sweetspot, tmp_path, content, words):
    (tmp_path / "a.yaml").write_bytes(content)
    code, out, err = sweetspot("check", tmp_path / "a.yaml")
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert words in err
    assert err.count("\n") == 1


def test_a_missing_file_or_a_folder_is_refused_in_one_line(sweetspot, tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        code, out, err = sweetspot("check", path)
        assert (code, out) == (1, "")
        assert err.startswith(f"error: {path}: cannot be read (")
        assert err.count("\n") == 1


def test_the_schema_accepts_the_shipped_config_and_refuses_a_typo(sweetspot):
    code, out, _ = sweetspot("schema")
    assert code == 0
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    config = yaml.safe_load(CONFIG.read_text())
    jsonschema.validate(config, schema)
    config["tasks"]["digits"]["splitt"] = {}
    task = schema["$defs"]["ClassificationTask"] | {"$defs": schema["$defs"]}
    with pytest.raises(jsonschema.ValidationError, match="splitt"):
        jsonschema.validate(config["tasks"]["digits"], task)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config, schema)


def test_without_a_subcommand_it_says_how_to_use_it(sweetspot):
    code, _, err = sweetspot()
    assert code == 2
    assert "usage: sweetspot" in err


def test_the_installed_command_ends_with_exit_code_1_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from sweetspot.cli import main; main()", "check", str(tmp_path / "none.yaml")],
        capture_output=True,
        text=True,
        cwd=ROOT / "scripts",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_key_that_stands_twice_is_refused(tmp_path):
    file = tmp_path / "twice.yaml"
    file.write_text("tasks:\n  a: {x: 1}\n  a: {x: 2}\n")
    with pytest.raises(InputError, match=r"twice.yaml: not YAML: the key `a` stands twice"):
        read_config(file)
