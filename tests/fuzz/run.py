"""Runs a fuzzer over seeds made of recorded answers, for a bounded number of runs.

usage: run.py FUZZER RECORDINGS [RUNS]
"""
import pathlib
import subprocess
import sys
import tempfile

PARSERS = 13
LONGEST_SEED = 4096


def write_seeds(recordings, folder):
    bodies = [path for path in sorted(recordings.iterdir()) if path.name != "index.json"]
    if not bodies:
        sys.exit(f"{recordings} holds no answers")
    for number, path in enumerate(bodies):
        body = path.read_bytes()[:LONGEST_SEED]
        for parser in range(PARSERS):
            (folder / f"{number}-{parser}").write_bytes(bytes([parser]) + body)


def main():
    fuzzer, recordings = sys.argv[1], pathlib.Path(sys.argv[2])
    runs = sys.argv[3] if len(sys.argv) > 3 else "60000"
    with tempfile.TemporaryDirectory() as temporary:
        seeds = pathlib.Path(temporary)
        write_seeds(recordings, seeds)
        command = [fuzzer, f"-runs={runs}", "-max_total_time=120", "-max_len=8192", "-seed=1", f"-artifact_prefix={temporary}/",
                   str(seeds)]
        sys.exit(subprocess.run(command, check=False).returncode)


main()
