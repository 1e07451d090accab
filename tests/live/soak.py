"""A healthy run of LGTMWATCH_LIVE_SOAK minutes (skipped without it): no finding, nothing lost, memory and descriptors
written down every minute."""
import os
import pathlib
import tempfile
import time
import unittest

import live
from live import harness


class SoakLive(unittest.TestCase):
    def setUp(self):
        self.minutes = float(os.environ.get("LGTMWATCH_LIVE_SOAK", "0"))
        if not self.minutes:
            self.skipTest("SKIPPED: set LGTMWATCH_LIVE_SOAK to the minutes that it may take (tests/live/README.md)")
        live.skip_without_servers()
        scratch = tempfile.TemporaryDirectory(prefix="lgtmwatch-live-")
        self.addCleanup(scratch.cleanup)
        self.stack = live.Stack(pathlib.Path(scratch.name))
        self.addCleanup(self.stack.end)
        self.stack.start()

    def figures(self, daemon):
        """(resident kB, descriptors)"""
        pid = daemon.popen.pid
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return resident, len(os.listdir(f"/proc/{pid}/fd"))

    def test_nothing_happens(self):
        self.stack.watch(self.stack.config(interval="15s", canaries="{ interval: 60s, deadline: 30s }"),
                         f"--storage.path={self.stack.folder}/storage")
        daemon = self.stack.daemon
        daemon.wait_for_state(0, 240)
        watched = live.Timeline(daemon)
        self.addCleanup(watched.end)
        begin, samples = time.monotonic(), []
        while time.monotonic() - begin < self.minutes * 60:
            mark = time.monotonic() + min(60, self.minutes * 60)
            harness.wait_until(lambda at=mark: time.monotonic() >= at, 120)
            samples.append(self.figures(daemon))
            print(f"SOAK {len(samples)} min: {samples[-1][0]} kB, {samples[-1][1]} descriptors", flush=True)
        seen = watched.since(0)
        metrics = daemon.metrics()
        outcomes = {outcome: sum(metrics.all("lgtmwatch_canary_outcomes_total", outcome=outcome)) for outcome in
                    ("visible", "late", "duplicate", "corrupt", "lost", "rejected", "unacknowledged", "unknown")}
        print(f"SOAK outcomes {outcomes}", flush=True)
        self.tell_times(metrics)
        self.assertEqual(live.OnStack.tell(seen), [])
        self.assertEqual({name: value for name, value in outcomes.items() if value and name != "visible"}, {})
        if len(samples) > 10:
            self.assertLess(samples[-1][0], samples[5][0] * 1.1, "resident memory grows")
            self.assertLess(samples[-1][1], samples[5][1] + 20, "descriptors grow")

    @staticmethod
    def tell_times(metrics):
        for labels in metrics.labels_of("lgtmwatch_canary_visible_seconds_count"):
            name = {key: labels[key] for key in ("route", "signal", "read")}
            count = metrics.one("lgtmwatch_canary_visible_seconds_count", **labels)
            if count:
                total = metrics.one("lgtmwatch_canary_visible_seconds_sum", **labels)
                print(f"SOAK visible {name}: {count:.0f} canaries, mean {total / count:.3f} s", flush=True)
