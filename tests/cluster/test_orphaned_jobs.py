"""Which jobs of a SLURM queue are cancelled, with a squeue and a scancel that keep the queue in a file.

What a real SLURM does with the jobs is tested in `tests/slurm`.
"""

from __future__ import annotations

import os

import pytest

from sweetspot.cluster import orphaned_jobs
from sweetspot.errors import InputError

RUN = "2387b291-f0ae-4627-b92c-3df6963bc771"
SQUEUE = '#!/bin/sh\ncat "$(dirname "$0")/queue"\n'
SCANCEL = """#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >> cancelled
for number in "$@"; do sed -i "/^$number|/d" queue; done
"""


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A folder with the two programs, first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in (("squeue", SQUEUE), ("scancel", SCANCEL)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(orphaned_jobs, "POLL", 0.01)
    return folder


def test_jobs_of_other_folders_and_of_other_programs_are_left_alone(slurm, tmp_path, capsys):
    lines = [f"12|{RUN}|{tmp_path}", f"9|prefix_{RUN}|{tmp_path}", f"9|prefix_{RUN}|{tmp_path}"]
    others = [f"13|{RUN}|{tmp_path}/b", f"14|bash|{tmp_path}", f"15|{RUN}-x|{tmp_path}"]
    (slurm / "queue").write_text("\n".join(lines + others) + "\n")
    orphaned_jobs.stop_orphaned_jobs(tmp_path)
    assert sorted((slurm / "cancelled").read_text().split()) == ["12", "9"]
    assert (slurm / "queue").read_text().splitlines() == others
    assert "Cancelling the SLURM jobs 9, 12 of an earlier run" in capsys.readouterr().err


def test_an_empty_queue_is_passed_over_in_silence(slurm, tmp_path, capsys):
    (slurm / "queue").write_text("")
    orphaned_jobs.stop_orphaned_jobs(tmp_path)
    assert not (slurm / "cancelled").exists()
    assert capsys.readouterr().err == ""


def test_jobs_that_do_not_end_are_one_clear_error(slurm, tmp_path, monkeypatch):
    (slurm / "queue").write_text(f"12|{RUN}|{tmp_path}\n")
    (slurm / "scancel").write_text("#!/bin/sh\n")
    monkeypatch.setattr(orphaned_jobs, "DEADLINE", 0.05)
    with pytest.raises(InputError, match=r"SLURM jobs 12 of an earlier run .* still in the queue"):
        orphaned_jobs.stop_orphaned_jobs(tmp_path)


def test_a_slurm_that_does_not_answer_is_one_clear_error(slurm, tmp_path):
    (slurm / "squeue").write_text("#!/bin/sh\necho 'Unable to contact controller' >&2\nexit 1\n")
    with pytest.raises(InputError, match="`squeue` failed: Unable to contact controller"):
        orphaned_jobs.stop_orphaned_jobs(tmp_path)
