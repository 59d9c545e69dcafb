"""Cross-validated runs of a network decide the ratio, where they are asked for."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sweetspot.config.block import parse
from sweetspot.config.cross_validation import CrossValidation
from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import InputSet
from sweetspot.given_sets.pair import make_pair
from sweetspot.load_config import read_config
from sweetspot.predict.cross_validation import predict_from_folds
from sweetspot.recommend.advice import EVERYTHING, NOTHING, advise
from sweetspot.recommend.network_runs import measure
from sweetspot.recommend.report import headline

CONFIG = """
classifier: {channels: [4, 8], dense: 16, batch_size: 16, horizontal_flip: false, learning_rate: 0.01}
budget: {unit: steps, steps: 60, evaluate_every: 15}
folds: 3
ratios: [1, 4]
"""


@pytest.fixture
def config(tmp_path):
    torch.set_num_threads(1)
    path = tmp_path / "network.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def pair_of(sets, shuffle=False, labels=True):
    (real, real_labels), (made, made_labels) = sets
    if shuffle:
        made_labels = np.random.default_rng(0).permutation(made_labels)
    given = (real_labels, made_labels) if labels else (None, None)
    return make_pair(InputSet("real", real, given[0]), InputSet("made", made, given[1]), None)


def test_more_of_the_same_is_wanted_and_shuffled_labels_are_not(sets, config, capsys):
    good = advise(pair_of(sets), None, 0, measure(pair_of(sets), 4.0, config))
    assert (good.verdict, good.ratio, good.method) == (EVERYTHING, 4, "cross_validation")
    assert "9 runs of the network, 3 at each of the ratios 0, 1, 4: about" in capsys.readouterr().err
    assert any("cross-entropy" in reason for reason in good.why)
    bad = pair_of(sets, shuffle=True)
    assert advise(bad, None, 0, measure(bad, 4.0, config)).verdict == NOTHING


def test_what_cannot_be_trained_is_refused(sets, config):
    with pytest.raises(InputError, match="--labels"):
        measure(pair_of(sets, labels=False), 4.0, config)
    flat = [InputSet("features", images.reshape(len(images), -1), labels) for images, labels in sets]
    with pytest.raises(InputError, match="these are features"):
        measure(make_pair(*flat, None), 4.0, config)
    config.write_text(CONFIG.replace("dense", "dens"), encoding="utf-8")
    with pytest.raises(InputError, match=r"network.yaml: the config is not usable:\s+`classifier\.dens`: unknown key"):
        measure(pair_of(sets), 4.0, config)
    for old, new, words in (("folds: 3", "folds: 50", "`folds`"), ("[1, 4]", "[1, 9]", "`ratios`")):
        config.write_text(CONFIG.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=f"network.yaml: {words}"):
            measure(pair_of(sets), 4.0, config)


def test_nothing_is_said_of_ratios_that_were_not_run(sets):
    """The pool would do for ratio 4; the runs end at 1."""
    losses = np.array([4.0, 3.0]) + 0.01 * np.random.default_rng(0).standard_normal((5, 2))
    falling = advise(pair_of(sets), None, 0, predict_from_folds((0.0, 1.0), losses))
    assert (falling.verdict, falling.ratio, falling.largest) == (EVERYTHING, 1, 1)
    assert "add 60 synthetic samples, as much as --measure has tried." in headline(falling)
    assert "at ratio 1 " in falling.why[1]
    rising = advise(pair_of(sets), None, 0, predict_from_folds((0.0, 1.0), losses[:, ::-1]))
    assert (rising.verdict, rising.ratio) == (NOTHING, 0)


def test_the_shipped_network_is_usable():
    shipped = Path(__file__).parents[2] / "config/recommend.yaml"
    assert parse(CrossValidation, read_config(shipped)).folds == 5
