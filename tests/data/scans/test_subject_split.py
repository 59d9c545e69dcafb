"""Parts by subject: disjoint, of the sizes asked for, and a matter of names and seed alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.config.scans import SubjectSplit
from sweetspot.data.parts import SLICE_PARTS
from sweetspot.data.subject_split import split_subjects
from sweetspot.errors import InputError


def settings(**keys) -> SubjectSplit:
    return SubjectSplit(**({"train": 3, "validation": 2, "test": 2} | keys))


def subjects(target: int, source: int) -> dict[str, list[str]]:
    return {"NeuroRx": [f"sub-N{i:02}" for i in range(target)], "MIAC": [f"sub-M{i:02}" for i in range(source)]}


@given(
    sizes=st.tuples(*[st.integers(0, 6)] * 3),
    generator=st.one_of(st.none(), st.integers(1, 6)),
    spare=st.integers(0, 5),
    source=st.integers(1, 8),
    seed=st.integers(0, 100),
    random=st.randoms(use_true_random=False),
)
def test_parts_are_disjoint_of_their_sizes_and_independent_of_order(sizes, generator, spare, source, seed, random):
    train, validation, test = sizes
    split = settings(train=train, validation=validation, test=test, generator=generator, seed=seed)
    known = subjects(sum(sizes) + (generator or 1) + spare, source)
    parts = split_subjects(known, split, "split")
    assert tuple(parts) == SLICE_PARTS
    assert [len(parts[part]) for part in ("train", "validation", "test")] == list(sizes)
    assert len(parts["generator"]) == (generator or 1 + spare)
    assert parts["source"] == tuple(known["MIAC"])
    everyone = [subject for members in parts.values() for subject in members]
    assert len(set(everyone)) == len(everyone)
    assert set(everyone) - set(known["MIAC"]) <= set(known["NeuroRx"])
    shuffled = {name: random.sample(members, len(members)) for name, members in known.items()}
    assert split_subjects(shuffled, split, "split") == parts


def test_seed_changes_the_parts_and_the_generator_changes_no_other():
    known = subjects(40, 3)
    first = split_subjects(known, settings(), "split")
    assert split_subjects(known, settings(seed=1), "split")["train"] != first["train"]
    fewer = split_subjects(known, settings(generator=5), "split")
    assert len(fewer["generator"]) == 5
    assert set(fewer["generator"]) <= set(first["generator"])
    assert all(fewer[part] == first[part] for part in ("train", "validation", "test", "source"))


def test_a_larger_part_or_one_more_subject_moves_as_few_as_can_be():
    known = subjects(40, 3)
    first = split_subjects(known, settings(train=10, validation=5, test=8), "split")
    more = split_subjects(known, settings(train=14, validation=5, test=8), "split")
    assert set(first["train"]) < set(more["train"])
    assert all(more[part] == first[part] for part in ("validation", "test"))
    joined = known | {"NeuroRx": [*known["NeuroRx"], "sub-new"]}
    after = split_subjects(joined, settings(train=10, validation=5, test=8), "split")
    assert all(len(set(first[part]) - set(after[part])) <= 1 for part in first)


def test_every_subject_may_be_drawn():
    drawn = {each for seed in range(50) for each in split_subjects(subjects(8, 1), settings(seed=seed), "s")["train"]}
    assert len(drawn) == 8


def test_one_subject_is_enough_for_a_generator():
    split = settings(train=0, validation=0, test=0, source=None)
    parts = split_subjects({"NeuroRx": ["sub-19"]}, split, "split")
    assert parts == dict.fromkeys(SLICE_PARTS, ()) | {"generator": ("sub-19",)}


@pytest.mark.parametrize(
    ("known", "keys", "words"),
    [
        (
            subjects(7, 1),
            {},
            "2 test [+] 2 validation [+] 3 train [+] at least 1 generator subjects .* NeuroRx has 7; make",
        ),
        (subjects(9, 1), {"generator": 3}, "3 train [+] 3 generator subjects are asked for, but NeuroRx has 9;"),
        ({"NeuroRx": ["a"] * 9}, {}, r"split.source`: no subject is of 'MIAC'; .* NeuroRx \(9 subjects\) or to null"),
        (subjects(0, 9), {}, "split.target`: no subject is of 'NeuroRx'; .* MIAC"),
        ({}, {}, "split.target`: no subject is of 'NeuroRx'"),
    ],
)
def test_refusals_name_the_key(known, keys, words):
    with pytest.raises(InputError, match=words) as caught:
        split_subjects(known, settings(**keys), "tasks.ms.split")
    assert str(caught.value).startswith("`tasks.ms.split")
