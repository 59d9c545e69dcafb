"""What a user can mend ends in one line and exit code 1; anything else keeps its traceback."""

from __future__ import annotations

import errno

import pytest

from sweetspot.config.data import Split
from sweetspot.errors import InputError
from sweetspot.program import config_of, parser, run

SPLIT = '{"generator": 1, "test": 4, "train": 2, "validation": 3}'


def raising(error):
    def main():
        raise error

    return main


def test_a_main_that_ends_well_is_called_once():
    calls = []
    run(lambda: calls.append(1))
    assert calls == [1]


def test_an_input_error_is_one_line_and_exit_code_1():
    # A text as the exit status is printed on standard error, with exit code 1.
    with pytest.raises(SystemExit) as caught:
        run(raising(InputError("`path`: no such file")))
    assert caught.value.code == "error: `path`: no such file"


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug"),
        KeyError("a bug"),
        OSError(errno.EACCES, "denied"),
        OSError("no number"),
    ],
)
def test_other_errors_pass_through_unchanged(error):
    with pytest.raises(type(error)) as caught:
        run(raising(error))
    assert caught.value is error


def test_an_interrupt_is_one_line_and_exit_code_130(capsys):
    with pytest.raises(SystemExit) as caught:
        run(raising(KeyboardInterrupt()))
    assert caught.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def options_of(text):
    arguments = parser("What it does.")
    arguments.add_argument("--config", type=config_of(Split), required=True)
    return arguments.parse_args(["--config", text])


def test_a_config_is_checked_against_its_model():
    assert options_of(SPLIT).config == Split(generator=1, train=2, validation=3, test=4)


def test_a_config_survives_the_way_through_the_program():
    split = Split(seed=5, generator=1, train=2, validation=3, test=4)
    assert options_of(split.to_json()).config == split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "--config is not JSON"),
        ("3", "not usable"),
        (SPLIT.replace("train", "trian"), "did you mean `train`?"),
        (SPLIT.replace("2", '"2"'), "`train`"),
    ],
)
def test_a_wrong_config_shows_its_own_message_not_that_of_argparse(text, words):
    with pytest.raises(SystemExit) as caught:
        options_of(text)
    assert str(caught.value.code).startswith("error: ")
    assert words in caught.value.code


def test_the_help_keeps_the_lines_of_the_docstring():
    assert "First.\n\nSecond." in parser("First.\n\nSecond.").format_help()
