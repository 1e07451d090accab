"""What the live tests share: what the environment gives, a stack of a class, and the way of a fault.

The servers come from the environment (README.md); without them every test is skipped, saying so.
"""
import atexit
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenarios"))
os.environ.setdefault("LGTMWATCH_SANDBOX_BINARY", "")
os.environ.setdefault("LGTMWATCH_HUNG_NAMES", "")

import harness  # noqa: E402
from components import program_of  # noqa: E402
from stack import Stack  # noqa: E402

TO_VERDICT = 180  # seconds at most until a cause is named
TO_CLEAR = 120  # seconds at most from the repair until no finding is left


def skip_without_servers(*needed):
    missing = [f"LGTMWATCH_LIVE_{name}" for name in (needed or ("LOKI", "ALLOY")) if not program_of(name)]
    if missing:
        raise unittest.SkipTest(f"SKIPPED: no real servers to start: set {', '.join(missing)} (tests/live/README.md)")


class Timeline:
    """Every change of the findings of a daemon, as it was seen twice a second."""

    def __init__(self, daemon):
        self._daemon = daemon
        self.changes = []  # (monotonic seconds, {(cause, subject): finding}, state)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ended.wait(0.5):
            status, body = harness.http_request(self._daemon.url + "/api/v1/status", timeout=5)
            if status != 200:
                continue
            stack = json.loads(body)["stacks"][0]
            findings = {(each["cause"], each["subject"]): each for each in stack["findings"]}
            last = self.changes[-1] if self.changes else (0, None, None)
            if last[1] is None or last[1].keys() != findings.keys() or last[2] != stack["state"]:
                self.changes.append((time.monotonic(), findings, stack["state"]))

    def now(self):
        return self.changes[-1] if self.changes else (0, {}, "unknown")

    def since(self, moment):
        """Every finding that stood at some time from the moment on."""
        seen = {}
        for at, findings, _ in self.changes:
            if at >= moment:
                seen.update(findings)
        return seen

    def end(self):
        self._ended.set()
        self._thread.join(10)


class OnStack(unittest.TestCase):
    """Tests that share one stack of real servers, which is healthy before each; has no test of its own."""
    stack = None
    watched = None
    needs = ("LOKI", "ALLOY")
    maxDiff = None
    settings = {}  # of lgtmwatch's configuration, as Stack.config takes them

    @classmethod
    def prepare(cls, stack):
        """What a class has beside the usual, before the start."""

    def setUp(self):
        skip_without_servers(*self.needs)
        cls = type(self)
        if cls.stack is None:
            atexit.register(cls.tearDownClass)  # also where the run is cut off
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            cls.scratch = tempfile.TemporaryDirectory(prefix="lgtmwatch-live-")
            cls.stack = Stack(pathlib.Path(cls.scratch.name))
            try:
                cls.prepare(cls.stack)
                cls.stack.start()
                cls.stack.watch(cls.stack.config(**cls.settings))
            except AssertionError:
                cls.tearDownClass()
                raise
            cls.watched = Timeline(cls.stack.daemon)
        self.wait_until_healthy(180)

    @classmethod
    def tearDownClass(cls):
        if cls.watched:
            cls.watched.end()
        if cls.stack:
            cls.stack.end()
            cls.scratch.cleanup()
        cls.stack = cls.watched = None

    def wait_until_healthy(self, seconds):
        def quiet():
            at, findings, state = self.watched.now()
            return not findings and state == "healthy" and time.monotonic() - at > 2
        try:
            harness.wait_until(quiet, seconds, lambda: f"no finding is left; {self.tell(self.watched.now()[1])}, "
                                                       f"state {self.watched.now()[2]}")
        except AssertionError:
            self.keep("unhealthy")
            raise

    @staticmethod
    def tell(findings):
        return [f"{each['cause']} of {each['subject']} ({each['severity']}): {each['summary'][:300]}"
                for each in findings.values()]

    def keep(self, name):
        """The last status and the logs, where LGTMWATCH_LIVE_KEEP names a folder."""
        folder = os.environ.get("LGTMWATCH_LIVE_KEEP")
        if not folder:
            return
        target = pathlib.Path(folder) / f"{self.id()}-{name}"
        target.mkdir(parents=True, exist_ok=True)
        for url, file in ((self.stack.daemon.url + "/api/v1/status", "status.json"),
                          (self.stack.alloy.url + "/api/v0/web/components", "alloy-components.json")):
            (target / file).write_text(harness.http_request(url, timeout=5)[1])
        for component in self.stack.components:
            (target / f"{component.name}-metrics.txt").write_text(
                harness.http_request(component.url + "/metrics", timeout=5)[1])
            (target / f"{component.name}.log").write_text(component.process.text())
        (target / "lgtmwatch.log").write_text(self.stack.daemon.text())

    def fault(self, cause, how, make, repair, component=None, subject=None, beside=(), within=TO_VERDICT):
        """Makes a fault, waits for its cause, repairs it, and waits until nothing is left. `beside`: causes that may
        stand beside it for a moment; any other is a false alarm."""
        versions = (component or self.stack.alloy).version()
        begin = time.monotonic()
        make()
        try:
            def named():
                return [each for (found, of), each in self.watched.now()[1].items()
                        if found == cause and subject in (None, of)]
            try:
                found = harness.wait_until(named, within, lambda: f"{cause} is named; there is "
                                                                  f"{self.tell(self.watched.since(begin))}")[0]
                verdict = time.monotonic() - begin
            except AssertionError:
                self.keep("not-named")
                raise
            harness.wait_until(lambda: time.monotonic() > begin + verdict + 10, 30)  # what else comes of it
        finally:
            repair()
        repaired = time.monotonic()
        self.wait_until_healthy(TO_CLEAR + 60)
        cleared = self.watched.now()[0] - repaired
        seen = self.watched.since(begin)
        others = sorted({other for other, _ in seen} - {cause})
        timeline = [(round(at - begin), [name for name, _ in findings]) for at, findings, _ in self.watched.changes
                    if at >= begin]
        self.record(cause, versions, how, verdict, cleared, others, found, timeline, repaired - begin)
        false = [each for (other, _), each in seen.items() if other != cause and other not in beside]
        self.assertEqual(self.tell({n: each for n, each in enumerate(false)}), [], "false alarms beside it")
        self.assertLessEqual(cleared, TO_CLEAR, "seconds until it was cleared")

    def reconfigured(self, cause, how, *changes, **more):
        """A fault of Alloy's configuration: pairs of old and new text."""
        self.fault(cause, how, lambda: self.stack.alloy.change(*changes), self.stack.alloy.change, **more)

    def sender(self, cause, how, work, **more):
        """A fault of what is sent: work that is done once a second."""
        application = self.stack.application
        self.fault(cause, how, lambda: application.more.append(work), application.usual, **more)

    @staticmethod
    def record(cause, versions, how, verdict, cleared, others, found, timeline, repaired):
        line = {"cause": cause, "component": versions, "how": how, "verdict": round(verdict), "cleared": round(cleared),
                "beside": others, "subject": found["subject"], "summary": found["summary"]}
        print("SEEN", json.dumps(line), "repaired after", round(repaired), timeline, flush=True)
        table = os.environ.get("LGTMWATCH_LIVE_TABLE")
        if table:
            with open(table, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
