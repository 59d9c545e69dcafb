"""Devices: which one is chosen, in which precision, and what is said about it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import torch

from sweetspot import device
from sweetspot.config.compute import Compute, GeneratorCompute
from sweetspot.errors import InputError


@pytest.fixture
def machine(monkeypatch):
    """A machine with the devices given, as torch sees it."""

    def make(*found: str, bf16: bool = True) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in found)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in found)
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bf16 or including_emulation)

    return make


@pytest.fixture
def settings_of_torch():
    """What `start` changes is put back."""
    threads, benchmark = torch.get_num_threads(), torch.backends.cudnn.benchmark
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.benchmark = benchmark


@pytest.mark.parametrize(
    ("found", "best"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")]
)
def test_auto_takes_the_best_device_there_is(machine, found, best):
    machine(*found)
    assert device.select_device(Compute()).type == best
    assert device.select_device(Compute(device="cpu")).type == "cpu"


def test_a_device_that_is_not_there_is_an_error_that_names_the_key(machine):
    machine()
    with pytest.raises(InputError, match=r"`compute\.device` is cuda, and torch finds cpu here; use `auto`"):
        device.select_device(Compute(device="cuda"))
    machine("cuda")
    with pytest.raises(InputError, match="is mps, and torch finds cuda and cpu here"):
        device.select_device(Compute(device="mps"))


@pytest.mark.parametrize(
    ("found", "bf16", "expected"),
    [((), True, "full"), (("cuda",), True, "bf16"), (("cuda",), False, "full"), (("mps",), True, "full")],
)
def test_auto_is_bf16_on_a_gpu_that_has_it_and_full_precision_elsewhere(machine, found, bf16, expected):
    machine(*found, bf16=bf16)
    assert device.precision(GeneratorCompute()) == expected
    assert device.precision(Compute()) == "full"
    for asked in ("full", "bf16"):
        assert device.precision(Compute(precision=asked)) == asked


def test_fp16_needs_a_gpu(machine):
    machine("cuda")
    assert device.precision(Compute(precision="fp16")) == "fp16"
    machine()
    with pytest.raises(InputError, match=r"`compute\.precision` is fp16, which needs a GPU"):
        device.precision(Compute(precision="fp16"))


@pytest.mark.parametrize(("asked", "dtype"), [("full", torch.float32), ("bf16", torch.bfloat16)])
def test_networks_compute_in_the_precision_asked_for(asked, dtype):
    compute = Compute(device="cpu", precision=asked)
    with device.autocast(compute):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


@pytest.mark.parametrize("asked", ["full", "bf16"])
def test_the_scaler_changes_nothing_where_gradients_cannot_vanish(asked):
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    optimiser = torch.optim.SGD([weight], lr=0.5)
    scaler = device.grad_scaler(Compute(device="cpu", precision=asked))
    scaler.scale(3 * weight.sum()).backward()
    scaler.step(optimiser)
    scaler.update()
    assert weight.item() == 1 - 0.5 * 3


def test_start_sets_threads_and_prints_one_line_of_facts(capsys, settings_of_torch):
    compute = Compute(device="cpu", precision="bf16", deterministic=False)
    assert device.start(compute, 2).type == "cpu"
    assert torch.get_num_threads() == 2
    (line,) = capsys.readouterr().out.splitlines()
    name, text = line.split(": ", 1)
    about = json.loads(text)
    assert name == "compute"
    assert about == device.facts(compute)
    assert (about["device"], about["precision"], about["threads"]) == ("cpu", "bf16", 2)
    assert about["torch"] == torch.__version__
    assert about["deterministic"], "a CPU with fixed threads repeats itself"


@pytest.mark.parametrize("deterministic", [True, False])
def test_a_gpu_is_deterministic_by_config_and_a_cpu_keeps_its_algorithms(
    machine, monkeypatch, settings_of_torch, deterministic
):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    monkeypatch.setattr(device, "facts", lambda compute: {})
    device.start(Compute(device="cpu", deterministic=deterministic), 1)
    assert not torch.are_deterministic_algorithms_enabled()
    machine("cuda")
    device.start(Compute(deterministic=deterministic), 1)
    assert torch.are_deterministic_algorithms_enabled() == deterministic
    assert torch.backends.cudnn.benchmark != deterministic
    assert ("CUBLAS_WORKSPACE_CONFIG" in device.os.environ) == deterministic


def test_the_facts_of_bytes_follow_the_config_and_not_the_host(monkeypatch):
    base = Compute(device="cpu")
    text = device.facts_of_bytes(base)
    assert text != device.facts_of_bytes(Compute(device="cpu", precision="bf16"))
    assert text != device.facts_of_bytes(Compute(device="cpu", compile=True))
    monkeypatch.setattr(device.platform, "node", lambda: "another")
    assert device.facts_of_bytes(base) == text


def test_nothing_is_compiled_unless_asked_for_and_then_a_compiler_is_needed(monkeypatch):
    network = torch.nn.Linear(2, 2)
    device.compile_network(network, Compute())
    assert network._compiled_call_impl is None
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"`compute\.compile` needs a C compiler, and there is no gcc or"):
        device.compile_network(network, Compute(compile=True))


@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler")
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_network_computes_the_same_and_keeps_its_names():
    plain, network = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    network.load_state_dict(plain.state_dict())
    device.compile_network(network, Compute(compile=True))
    assert list(network.state_dict()) == list(plain.state_dict())
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network(x), plain(x))


def test_a_start_on_the_cpu_does_not_import_the_compiler():
    program = (
        "import sys; from sweetspot.config.compute import Compute; from sweetspot.device import grad_scaler, start\n"
        "start(Compute(device='cpu'), 1); grad_scaler(Compute(device='cpu')); sys.exit('torch._dynamo' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})
