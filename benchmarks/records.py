"""What records cost: the time to write those of a finished run, beside that of its jobs, and the time of an audit.

For each job everything that its record took is done again in this process: hashing code, inputs and outputs, asking for
versions and for the commit, and writing. Hashes of large files are not taken from the cache, though a job may.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from sweetspot import code_graph
from sweetspot.audit import recording
from sweetspot.audit.audit import all_results, audit
from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.job import Job
from sweetspot.audit.record import Record
from sweetspot.audit.surroundings import machine, peak_memory


def record_again(record: Record, folder: Path) -> float:
    """Seconds of writing a job's record once more, into `folder`."""
    code_graph._imports.cache_clear()  # a job's process has read no file before
    job = Job(record.rule, record.wildcards, list(record.inputs), list(record.outputs))
    sys.argv = record.command[1:]
    begin = time.perf_counter()
    job = Job.decode(job.encode())
    again = recording._of_what_is_read(job, Path(record.command[1]))
    outputs = {path: fingerprint(Path(path), folder / "no cache") for path in job.outputs}
    again = replace(again, outputs=outputs, machine=machine(), peak_memory=peak_memory())
    text = again.to_text()
    for number in range(len(outputs)):
        (folder / str(number)).write_text(text, encoding="utf-8")
    return time.perf_counter() - begin


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.parse_args()
    begin = time.perf_counter()
    found = audit(Path(), all_results(Path()), rehash=True)
    seconds = time.perf_counter() - begin
    jobs = found.jobs()
    if not jobs:
        sys.exit("error: results/ has no records; run the workflow first")
    print(
        f"audit of {len(found.findings()):,} files, every one read: {seconds:.1f} s; {len(found.problems())} problems"
    )
    with tempfile.TemporaryDirectory() as folder:
        written = sum(record_again(job, Path(folder)) for job in tqdm(jobs, unit="job", mininterval=5))
    of_jobs = sum(job.seconds for job in jobs)
    print(f"records of {len(jobs)} jobs: {written:.1f} s, {100 * written / of_jobs:.2f} % of their {of_jobs:.0f} s")


if __name__ == "__main__":
    main()
