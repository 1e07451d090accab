"""Runs a fuzzer over seeds made of recorded answers, for a bounded number of runs.

usage: run.py FUZZER RECORDINGS FIRST_BYTES [RUNS]

Each answer becomes FIRST_BYTES seeds, which differ in the byte before it: 0, 1, …
"""
import pathlib
import subprocess
import sys
import tempfile

LONGEST_SEED = 4096


def write_seeds(recordings, first_bytes, folder):
    bodies = [path for path in sorted(recordings.iterdir()) if path.name != "index.json"]
    if not bodies:
        sys.exit(f"{recordings} holds no answers")
    for number, path in enumerate(bodies):
        body = path.read_bytes()[:LONGEST_SEED]
        for first in range(first_bytes):
            (folder / f"{number}-{first}").write_bytes(bytes([first]) + body)


def main():
    fuzzer, recordings = sys.argv[1], pathlib.Path(sys.argv[2])
    runs = sys.argv[4] if len(sys.argv) > 4 else "60000"
    with tempfile.TemporaryDirectory() as temporary:
        seeds = pathlib.Path(temporary)
        write_seeds(recordings, int(sys.argv[3]), seeds)
        command = [fuzzer, f"-runs={runs}", "-max_total_time=120", "-max_len=8192", "-seed=1", f"-artifact_prefix={temporary}/",
                   str(seeds)]
        sys.exit(subprocess.run(command, check=False).returncode)


main()
