"""A stream depends on its name and seed, and on nothing else."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
import torch

from sweetspot.streams import numpy_stream, stream_seed, torch_stream


def test_the_seed_is_the_first_63_bits_of_sha256_of_name_and_seed():
    digest = hashlib.sha256(b"initial weights/3").hexdigest()
    assert stream_seed("initial weights", 3) == int(digest[:16], 16) // 2


def test_seeds_are_never_negative_and_fit_the_generators():
    seeds = [stream_seed(f"name {i}", i) for i in range(500)]
    assert min(seeds) >= 0
    assert max(seeds) < 2**63
    assert max(seeds) > 2**62  # no bit is lost at the top


@pytest.mark.parametrize(
    ("stream", "draw"),
    [
        (numpy_stream, lambda stream: stream.standard_normal(4).tolist()),
        (torch_stream, lambda stream: torch.randn(4, generator=stream).tolist()),
    ],
)
def test_equal_names_and_seeds_draw_the_same_whatever_was_drawn_before(stream, draw):
    first = draw(stream("a", 0))
    draw(stream("b", 0))
    np.random.default_rng().random()
    torch.rand(3)
    assert draw(stream("a", 0)) == first
    assert draw(stream("b", 0)) != first
    assert draw(stream("a", 1)) != first


def test_streams_of_different_names_and_seeds_are_all_different():
    seeds = {stream_seed(name, seed) for name in ("a", "b", "a/1", "split") for seed in range(250)}
    # "a/1" with seed 2 is another text than "a" with any seed.
    assert len(seeds) == 1000


def test_a_torch_stream_leaves_the_global_one_alone_and_lives_on_the_cpu():
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    stream = torch_stream("a", 0)
    torch.rand(9, generator=stream)
    assert torch.equal(torch.rand(2), expected)
    assert stream.device.type == "cpu"


def test_numpy_streams_need_no_torch():
    program = (
        "import sys; from sweetspot.streams import numpy_stream; numpy_stream('a', 0); print('torch' in sys.modules)"
    )
    path = next(each for each in sys.path if each.endswith("scripts"))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=path, check=True)
    assert done.stdout.strip() == "False"
