"""A quality's name is its definition, and has one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.config.block import parse
from sweetspot.config.sampling import Quality, Sampling, mechanisms, parse_quality
from sweetspot.errors import InputError

POSITIVE = st.floats(1e-6, 9e5).map(lambda value: float(f"{value:g}"))
SETTINGS = {
    "noise": st.one_of(st.just(0.0), POSITIVE),
    "t": st.integers(0, 99_999),
    "steps": st.integers(1, 10**8),
    "truncation": POSITIVE,
}
SAMPLING = {"images": 10, "qualities": ["noise=0"]}


def spelled(number):
    return f"{number:g}" if isinstance(number, float) else str(number)


@given(st.data())
def test_a_name_is_parsed_to_what_it_spells_in_any_order(data):
    settings = data.draw(st.fixed_dictionaries({}, optional=SETTINGS).filter(bool))
    order = data.draw(st.permutations(list(settings)))
    name = "+".join(f"{setting}={spelled(settings[setting])}" for setting in order)
    assert parse_quality(name) == Quality(**settings)


@pytest.mark.parametrize(
    "name",
    [
        *("", "full", "noise", "noise=", "=1", "noise=a", "noise=1=2", "noise=1+", "+noise=1", "blur=1"),
        *("noise=0.50", "noise=.5", "noise=5e-1", "noise=1.0", "noise=+1", "noise= 1", "noise=1_0", "t=01"),
        *("t=1.5", "steps=1e3", "noise=-1", "t=-1", "steps=0", "truncation=0", "noise=nan", "noise=inf"),
        *("noise=1+noise=2", "noise=1,t=2", "noise=0.1234567", "../noise=1", "noise=1\n"),
    ],
)
def test_what_is_no_quality_or_not_its_shortest_spelling_is_refused(name):
    with pytest.raises(ValueError, match="is not a quality: a quality is one or more of noise="):
        parse_quality(name)


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("noise=0", "full"),
        ("noise=0.5+t=20", "full"),
        ("steps=80", "steps=80"),
        ("steps=80+noise=1", "steps=80"),
        ("truncation=1.5+t=3", "truncation=1.5"),
        ("truncation=2+steps=80", "steps=80+truncation=2"),
    ],
)
def test_the_chain_of_a_quality_has_what_the_reverse_process_needs(name, chain):
    assert parse_quality(name).chain == chain


def test_qualities_that_share_a_chain_are_sampled_together_and_no_other():
    names = ["noise=0", "steps=60", "noise=0.5", "t=20", "steps=60+noise=1", "steps=150", "truncation=2"]
    sampling = parse(Sampling, SAMPLING | {"qualities": names, "seed": 3})
    chains = sampling.chains()
    assert {chain: part.qualities for chain, part in chains.items()} == {
        "full": ("noise=0", "noise=0.5", "t=20"),
        "steps=60": ("steps=60", "steps=60+noise=1"),
        "steps=150": ("steps=150",),
        "truncation=2": ("truncation=2",),
    }
    assert all(part.model_copy(update={"qualities": sampling.qualities}) == sampling for part in chains.values())


def test_a_new_quality_of_one_chain_leaves_the_others_settings_alone():
    """So that adding it samples its own chain again and no other."""
    before = parse(Sampling, SAMPLING | {"qualities": ["noise=0", "steps=60"]}).chains()
    after = parse(Sampling, SAMPLING | {"qualities": ["noise=0", "steps=60", "noise=1"]}).chains()
    assert before["steps=60"].to_json() == after["steps=60"].to_json()
    assert before["full"].to_json() != after["full"].to_json()


def test_mechanisms_run_from_the_best_to_the_worst():
    names = ["noise=1", "t=20", "truncation=1", "steps=60", "noise=0", "truncation=3", "steps=150", "noise=0.5"]
    assert mechanisms(names) == {
        "noise": ["noise=0", "noise=0.5", "noise=1"],
        "t": ["noise=0", "t=20"],
        "steps": ["noise=0", "steps=150", "steps=60"],
        "truncation": ["noise=0", "truncation=3", "truncation=1"],
    }


def test_a_mixture_of_mechanisms_belongs_to_none():
    assert mechanisms(["noise=0", "steps=60+noise=1"]) == {}
    assert mechanisms(["noise=0"]) == {}
    assert mechanisms(iter(["noise=1", "steps=60"])) == {"noise": ["noise=1"], "steps": ["steps=60"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"qualities": []}, "`qualities`"),
        ({"qualities": ["noise=0", "noise=0"]}, "`qualities`: two qualities are the same setting"),
        ({"qualities": ["noise=0", "t=0"]}, "`qualities`: two qualities are the same setting"),
        ({"qualities": ["noise=1+t=5", "t=5+noise=1"]}, "two qualities are the same setting"),
        ({"qualities": ["noise=half"]}, "`qualities`: `noise=half` is not a quality"),
        ({"images": 0}, "`images`"),
        ({"solver": "euler"}, "`solver`"),
        ({"solver": "ddpm", "eta": 0.5}, "`eta` belongs to the solver `ddim`"),
        ({"eta": 1.5}, "`eta`"),
    ],
)
def test_impossible_settings_are_refused(changes, words):
    with pytest.raises(InputError) as caught:
        parse(Sampling, SAMPLING | changes)
    assert words in str(caught.value)
