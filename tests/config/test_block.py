"""A wrong key is reported by its full name, with what is wrong and what is allowed."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from pydantic import ValidationError, model_validator

from sweetspot.config.block import REQUIRED, Block, key, parse, parse_json
from sweetspot.errors import InputError


class Red(Block):
    kind: Literal["red"] = key(REQUIRED, "red")
    depth: float = key(0.5, "how red", ge=0, le=1)


class Blue(Block):
    kind: Literal["blue"] = key(REQUIRED, "blue")
    waves: tuple[int, ...] = key((), "some numbers")


class Room(Block):
    width: int = key(REQUIRED, "how wide", unit="metres", ge=1)
    wall: Red | Blue = key(REQUIRED, "its colour", discriminator="kind")
    name: str = key("room", "its name")

    @model_validator(mode="after")
    def _fits(self):
        if self.width == 13:
            raise ValueError("`width`: 13 brings bad luck")
        if self.width == 14:
            raise ValueError("fourteen is too many")
        return self


class House(Block):
    rooms: dict[str, Room] = key(REQUIRED, "rooms by name")
    height: float = key(3.0, "how high", unit="metres", source="paper 9", paper=4.0)


RED = {"kind": "red"}


def message(data, model=House, where=""):
    with pytest.raises(InputError) as caught:
        parse(model, data, where)
    return str(caught.value)


def room(**changes):
    return {"rooms": {"big-one": {"width": 2, "wall": RED} | changes}}


def test_a_good_block_is_parsed_with_its_defaults():
    house = parse(House, room(wall={"kind": "blue", "waves": [1, 2]}))
    assert house.rooms["big-one"].wall == Blue(kind="blue", waves=(1, 2))
    assert house.height == 3.0


def test_an_integer_is_taken_for_a_float_as_yaml_writes_it():
    assert parse(House, room() | {"height": 5}).height == 5.0


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (room() | {"hight": 1}, "`hight`: unknown key; did you mean `height`? allowed here: height, rooms"),
        (room(zzz=1), "`rooms.big-one.zzz`: unknown key; allowed here: name, wall, width"),
        (
            room(wall=RED | {"dept": 1}),
            "`rooms.big-one.wall.dept`: unknown key; did you mean `depth`? allowed here: depth, kind",
        ),
        ({}, "`rooms`: missing; it must be given: rooms by name"),
        ({"rooms": {"a": {"wall": RED}}}, "`rooms.a.width`: missing; it must be given: how wide [metres]"),
        (room(width="2"), "`rooms.big-one.width`: Input should be a valid integer (got '2')"),
        (room(width=2.5), "`rooms.big-one.width`: Input should be a valid integer"),
        (room(width=True), "`rooms.big-one.width`: Input should be a valid integer (got True)"),
        (room(width=0), "`rooms.big-one.width`: Input should be greater than or equal to 1 (got 0)"),
        (room(name=None), "`rooms.big-one.name`: Input should be a valid string (got None)"),
        (room(wall=RED | {"depth": 2}), "`rooms.big-one.wall.depth`: Input should be less than or equal to 1"),
        (room(wall={"kind": "green"}), "`rooms.big-one.wall.kind`: 'green' is not one of 'red', 'blue'"),
        (room(wall={}), "`rooms.big-one.wall`: missing key 'kind', which says what this is"),
        (room(wall={"kind": "blue", "waves": [1, "x"]}), "`rooms.big-one.wall.waves.1`: Input should be"),
        ({"rooms": {"red": {"width": 0, "wall": RED}}}, "`rooms.red.width`: Input should be greater"),
        (room() | {"height": float("nan")}, "`height`: Input should be a finite number"),
        (room() | {"height": float("inf")}, "`height`: Input should be a finite number"),
        (room(width=13), "`rooms.big-one.width`: 13 brings bad luck"),
        (room(width=14), "`rooms.big-one`: fourteen is too many"),
        ([], "Input should be an object"),
    ],
)
def test_what_the_message_says(data, line):
    lines = message(data).split("\n")
    assert lines[0] == "the config is not usable:"
    assert len(lines) == 2
    assert lines[1].startswith(f"  {line}")


def test_all_wrong_keys_stand_in_one_message_a_line_each():
    found = message(room(widht=1, width=0, wall={"kind": "green"}) | {"height": "high"}).split("\n")[1:]
    assert [line.split("`")[1] for line in found] == [
        "rooms.big-one.width",
        "rooms.big-one.wall.kind",
        "rooms.big-one.widht",
        "height",
    ]


def test_names_start_where_the_caller_says():
    assert "`tasks.a.width`: missing" in message({"wall": RED}, Room, "tasks.a")
    assert "`tasks.a.width`: 13 brings" in message({"width": 13, "wall": RED}, Room, "tasks.a")


def test_what_is_neither_text_number_nor_list_is_an_input_error():
    again = {}
    again["rooms"] = again
    for data in ({"rooms": {1, 2}}, again):
        assert message(data).startswith("the config is not usable: ")


def test_json_text_is_parsed_likewise():
    data = room(width=3)
    assert parse_json(House, json.dumps(data)) == parse(House, data)
    with pytest.raises(InputError, match="--config is not JSON"):
        parse_json(House, "{'rooms'}")
    with pytest.raises(InputError, match="unknown key"):
        parse_json(House, '{"rooms": {}, "x": 1}')


def test_equal_settings_give_equal_json_whatever_their_order():
    one = parse(House, {"height": 3, "rooms": {"a": {"width": 1, "wall": RED}}})
    other = parse(House, {"rooms": {"a": {"wall": {"depth": 0.5, "kind": "red"}, "width": 1}}})
    assert one.to_json() == other.to_json()
    assert parse_json(House, one.to_json()) == one


def test_a_block_cannot_be_changed():
    house = parse(House, room())
    with pytest.raises(ValidationError):
        house.height = 1.0


def test_a_key_carries_unit_source_and_the_papers_value():
    properties = House.model_json_schema()["properties"]
    assert properties["height"]["description"] == "how high"
    assert {name: properties["height"][name] for name in ("unit", "source", "paper")} == {
        "unit": "metres",
        "source": "paper 9",
        "paper": 4.0,
    }
    assert properties["rooms"]["source"] == "assumed"
    assert "paper" not in properties["rooms"]
