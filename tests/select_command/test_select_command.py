"""`sweetspot select` as it is typed: what it picks, prints and writes."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sweetspot.measure.frechet import frechet_distance
from sweetspot.select.covariance_matching import covariance_matching
from sweetspot.select.per_class import class_shares, select_per_class
from sweetspot.select.principal_components import fit_components
from sweetspot.select.quality import quality
from sweetspot.select.rules import RULES, text_matching

LABELS = ("--labels", "real_labels.npy", "pool_labels.npy")


def read_picks():
    return pd.read_csv("selection.csv")


def test_it_picks_by_covariance_and_says_what_moved(call, sets):
    code, out, err = call("--n", 40)
    assert code == 0
    assert "40/40" in err  # the progress bar
    table, matching = read_picks(), covariance_matching(sets[0][0], sets[1][0], 40)
    assert list(table.columns) == ["place", "index"]
    assert list(table["place"]) == list(range(40))
    assert list(table["index"]) == list(matching.indices)
    for words in (
        "Real: 60; pool: 240; no labels",
        "dimensions reduced from 32 to 6, since there are 6 features",
        "Picked 40 of 240 by the rule covariance",
        "Against the whole real set, from the whole pool to the picks: covariance distance",
        "20 draws of 30, each against a random half of the real set, 30; mean",
        f"to {matching.distance:.3g}; Fréchet distance",
    ):
        assert words in out


def test_its_numbers_are_those_of_the_measures(call, sets):
    (real, _), (pool, _) = sets
    code, out, _ = call("--n", 40, "--json", "--dimensions", 4)
    found = json.loads(out)
    assert (code, found["n"], found["dimensions"], found["dimensions_asked"]) == (0, 40, 4, 4)
    measures = found["measures"]
    for name, samples in (("pool", pool), ("picks", pool[read_picks()["index"]])):
        expected = quality(real, samples, fit_components(real, 4))
        assert set(measures[name]) == {"covariance_distance", "frechet", "diversity"}
        for measure, value in measures[name].items():
            assert value == pytest.approx(getattr(expected, measure))
    drawn = found["drawn"]
    for kind in ("pool", "picks", "real"):
        for spread in drawn[kind].values():
            assert spread["low"] < spread["mean"] < spread["high"]
    assert drawn["picks"]["covariance_distance"]["mean"] < drawn["pool"]["covariance_distance"]["mean"]


@pytest.mark.parametrize("arguments", [(), ("--rule", "k_means", "--seed", 3), (*LABELS, "--per-class", "--json")])
def test_equal_input_gives_equal_bytes(call, tmp_path, arguments):
    first = call("--n", 30, *arguments)[1], (tmp_path / "selection.csv").read_bytes()
    assert (call("--n", 30, *arguments)[1], (tmp_path / "selection.csv").read_bytes()) == first


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_that_of_the_library(call, sets, rule):
    (real, _), (pool, _) = sets
    assert call("--n", 10, "--rule", rule, "--seed", 5)[0] == 0
    assert list(read_picks()["index"]) == list(RULES[rule].select(real, pool, 10, 5))


def test_swaps_and_convention_are_passed_on(call, sets):
    (real, _), (pool, _) = sets
    call("--n", 10, "--swaps", 1, "--convention", "sample", "--dimensions", 3)
    picked = list(read_picks()["index"])
    assert picked == list(covariance_matching(real, pool, 10, dimensions=3, convention="sample", swaps=1).indices)
    assert picked != list(covariance_matching(real, pool, 10, dimensions=3).indices)


def test_classes_one_by_one_are_the_same_in_one_process_and_in_two(call, sets, tmp_path):
    (real, own), (pool, theirs) = sets
    code, out, err = call(*LABELS, "--n", 31, "--per-class", "--json")
    written = (tmp_path / "selection.csv").read_bytes()
    assert code == 0
    assert "31/31" in err
    assert call(*LABELS, "--n", 31, "--per-class", "--json", "--jobs", 2)[:2] == (0, out)
    assert (tmp_path / "selection.csv").read_bytes() == written
    table = read_picks()
    assert list(table["index"]) == list(select_per_class(real, own, pool, theirs, 31, "covariance"))
    assert list(table["label"]) == list(theirs[table["index"]])
    shares = class_shares(own, theirs, 31)
    for name, each in json.loads(out)["by_class"].items():
        assert (each["n_real"], each["n_pool"], each["n"]) == (20, 80, shares[name])
        chosen = pool[table["index"][table["label"] == name]]
        assert each["measures"]["picks"]["frechet"] == pytest.approx(frechet_distance(real[own == name], chosen))


def test_a_class_without_two_picks_has_no_measures(call):
    code, out, _ = call(*LABELS, "--n", 4, "--per-class", "--json")
    assert code == 0
    assert [each["measures"]["picks"] is None for each in json.loads(out)["by_class"].values()] == [False, True, True]
    code, out, _ = call("--n", 1)
    assert code == 0
    assert "There are no measures of fewer than 2 picks." in out


def test_fewer_real_samples_than_dimensions_are_told(call, sets, tmp_path):
    np.save(tmp_path / "few.npy", sets[0][0][:6])
    np.save(tmp_path / "few_labels.npy", sets[0][1][:6])
    out = call("--n", 20, real="few.npy")[1]
    assert "Warning: dimensions reduced from 32 to 5, since 6 real samples span no more" in out
    out = call("--n", 20, "--labels", "few_labels.npy", "pool_labels.npy", "--per-class", real="few.npy")[1]
    assert "dimensions reduced from 32 in 3 of 3 classes; fewest are the 1 of a, since 2 real samples" in out
    assert "Warning" not in call("--n", 20, "--dimensions", 5, real="few.npy")[1]


def test_features_whose_squares_overflow_are_no_error(call, sets, tmp_path):
    for name, (features, _) in zip(("real", "pool"), sets, strict=True):
        np.save(tmp_path / f"{name}.npy", features * 2.0**600)
    code, out, _ = call("--n", 20, "--json")
    assert code == 0
    measures = json.loads(out)["measures"]
    assert measures["picks"]["frechet"] is None
    assert measures["picks"]["covariance_distance"] < measures["pool"]["covariance_distance"]


def write_pictures(root, names, seed):
    rng = np.random.default_rng(seed)
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8), dtype=np.uint8)).save(root / name)


@pytest.mark.parametrize("folders", [("", ""), ("cat/", "dog/")])
def test_a_folder_of_images_has_its_files_named(call, tmp_path, folders):
    files = [f"{folder}{i}.png" for k, folder in enumerate(folders) for i in range(10 + 9 * k, 19 + 9 * k)]
    write_pictures(tmp_path / "r", files, 0)
    write_pictures(tmp_path / "p", files, 1)
    code, out, _ = call("--n", 5, real="r", pool="p")
    assert code == 0
    assert "features: random convolutions averaged" in out
    table = read_picks()
    assert list(table["file"]) == [files[i] for i in table["index"]]
    if folders[0]:
        assert list(table["label"]) == [file.split("/")[0] for file in table["file"]]
    else:
        assert "label" not in table


def test_arrays_of_images_and_what_they_are_compared_by(call, tmp_path):
    rng = np.random.default_rng(0)
    real, pool = rng.uniform(0, 1, (20, 1, 8, 8)), rng.uniform(0, 1, (60, 1, 8, 8)).astype(np.float32)
    np.save(tmp_path / "r.npy", real)
    np.savez(tmp_path / "p.npz", images=pool)
    code, out, _ = call("--n", 9, "--features", "pixels", real="r.npy", pool="p.npz")
    assert code == 0
    assert "features: the pixels of each image" in out
    by_pixels = list(covariance_matching(*(each.reshape(len(each), -1) for each in (real, pool)), 9).indices)
    assert list(read_picks()["index"]) == by_pixels
    call("--n", 9, real="r.npy", pool="p.npz")
    assert list(read_picks()["index"]) != by_pixels


def test_a_table_of_features(call, sets, tmp_path, monkeypatch):
    call(*LABELS, "--n", 12, "--per-class")
    expected = (tmp_path / "selection.csv").read_bytes()
    tables = {
        f"{name}.parquet": pd.DataFrame(features).assign(label=labels)
        for name, (features, labels) in zip(("r", "p"), sets, strict=True)
    }
    for name in tables:
        (tmp_path / name).write_bytes(b"PAR1")
    monkeypatch.setattr(pd, "read_parquet", lambda path: tables[path.name])
    assert call("--n", 12, "--per-class", real="r.parquet", pool="p.parquet")[0] == 0
    assert (tmp_path / "selection.csv").read_bytes() == expected


def test_text_of_all_classes_or_of_each(call, sets, tmp_path):
    (_, own), (pool, theirs) = sets
    prompts = np.random.default_rng(4).standard_normal((3, 6))
    np.save(tmp_path / "text.npy", prompts)
    text = ("--n", 12, "--rule", "text", "--text", "text.npy")
    assert call(*text)[0] == 0
    assert list(read_picks()["index"]) == list(text_matching(prompts, pool, 12))
    assert call(*text, *LABELS, "--per-class")[0] == 0
    table = read_picks()
    for k, name in enumerate("abc"):
        positions = np.flatnonzero(theirs == name)
        expected = positions[text_matching(prompts[k], pool[positions], class_shares(own, theirs, 12)[name])]
        assert list(table["index"][table["label"] == name]) == list(expected)


def test_copies_count_if_they_are_allowed_to(call, tmp_path, sets):
    (real, _), (pool, _) = sets
    np.save(tmp_path / "pool.npy", np.concatenate([pool, pool[3:5], real[:1]]))
    code, out, _ = call("--n", 243, "--rule", "random", "--allow-duplicates")
    assert code == 0
    assert "Warning: pool.npy: 2 of 243 samples equal an earlier one" in out
    assert "Warning: pool.npy: 1 of 243 samples equal a real one (rows from 0: 242 = 0)" in out
    assert sorted(read_picks()["index"]) == list(range(243))


def test_help_tells_each_rule(call):
    code, out, _ = call("--help")
    assert code == 0
    words = " ".join(out.split())
    for name, rule in RULES.items():
        assert f"{name}: {rule.description}" in words
