"""The keys of the phantom: sensible defaults, and wrong values named."""

from __future__ import annotations

import pytest

from sweetspot.config.block import Block, parse
from sweetspot.config.phantom import MIAC, NEURORX, Anatomy, Lesions, Phantom, Scanner, SpinEcho
from sweetspot.errors import InputError

SMALLEST = {"reader": "phantom", "subjects": {"NeuroRx": 2, "MIAC": 1}}


def test_defaults_survive_json():
    config = parse(Phantom, SMALLEST)
    assert config.scanners == {"NeuroRx": NEURORX, "MIAC": MIAC}
    again = Phantom.model_validate_json(config.to_json())
    assert again == config


@pytest.mark.parametrize("model", [Phantom, Anatomy, Lesions, Scanner, SpinEcho])
def test_every_key_is_described(model: type[Block]):
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.json_schema_extra["source"], name


def scanner(**change):
    return {"NeuroRx": NEURORX.model_dump(mode="json") | change}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subjects": {}}, "each organisation needs one subject"),
        ({"subjects": {"NeuroRx": 0}}, "each organisation needs one subject"),
        ({"subjects": {"Other": 1}}, "`scanners`: 'Other' has subjects and no scanner"),
        ({"subjects": {"A-B": 1}, "scanners": {"A-B": scanner()["NeuroRx"]}}, "letters and digits"),
        ({"scanners": scanner()}, "`scanners`: 'MIAC' has subjects and no scanner"),
        ({"scanners": scanner(orientation="LRS")}, "`scanners.NeuroRx.orientation`: it takes one letter of"),
        ({"scanners": scanner(orientation="XYZ")}, "scanners.NeuroRx.orientation"),
        ({"scanners": scanner(voxel=[0, 3, 5])}, "`scanners.NeuroRx.voxel`: each size"),
        ({"scanners": scanner(noise=-1)}, "scanners.NeuroRx.noise"),
        (
            {"scanners": scanner(T1w={"repetition_time": 10, "echo_time": 10})},
            "`scanners.NeuroRx.T1w.echo_time`: it must be shorter",
        ),
        ({"field_of_view": [0, 4]}, "`field_of_view`: it is lower than one slice"),
        ({"field_of_view": [-100, 40]}, "`field_of_view`: the brain lies between"),
        ({"anatomy": {"deformation": [9, 1, 1]}}, "`anatomy.deformation`: each entry"),
        ({"lesions": {"least_severity": 0}}, "lesions.least_severity"),
        ({"lesions": {"growth": 11}}, "lesions.growth"),
        ({"lesions": {"new_per_session": 1001}}, "lesions.new_per_session"),
        ({"lesions": {"mean_number": 10001}}, "lesions.mean_number"),
        ({"lesions": {"log_sd_volume": 5.1}}, "lesions.log_sd_volume"),
        ({"sessions": 0}, "sessions"),
    ],
)
def test_wrong_values_are_named(change, words):
    with pytest.raises(InputError) as caught:
        parse(Phantom, SMALLEST | change)
    assert words in str(caught.value)
