"""What the tests of the package share: the programs, and the tools that a machine may not have."""
import os
import pathlib
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ["LGTMWATCH_BUILD"]
CPACK = os.environ["LGTMWATCH_CPACK"]
PROGRAMS = {"lgtmwatch": os.environ["LGTMWATCH_BINARY"], "lgtmwatch-sandbox": os.environ["LGTMWATCH_SANDBOX_BINARY"]}

UNITS = ("lgtmwatch.service", "lgtmwatch-report.service", "lgtmwatch-report.timer", "lgtmwatch.socket")


def need(tool):
    if shutil.which(tool) is None:
        raise unittest.SkipTest(f"SKIPPED: there is no {tool} on this machine")
    return tool


def run(*command, **options):
    """What it said, and its exit code."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=280, check=False, **options)
    return done.stdout, done.returncode


def run_well(*command, **options):
    said, code = run(*command, **options)
    if code != 0:
        raise AssertionError(f"{command} exited {code}: {said}")
    return said


def help_of(program, *command):
    return run_well(PROGRAMS[program], *command, "--help")
