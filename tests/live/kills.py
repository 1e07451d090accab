"""kill -9 of lgtmwatch at random moments while canaries run: no false outcome. LGTMWATCH_LIVE_KILLS says how often."""
import os
import pathlib
import random
import tempfile
import time
import unittest

import live
from live import harness

WRITTEN, OUTCOMES = "lgtmwatch_canary_written_total", "lgtmwatch_canary_outcomes_total"
FLYING = "lgtmwatch_canaries_in_flight"
FALSE = ("late", "duplicate", "corrupt", "lost", "rejected", "unknown")


class KillsLive(unittest.TestCase):
    def setUp(self):
        live.skip_without_servers()
        scratch = tempfile.TemporaryDirectory(prefix="lgtmwatch-live-")
        self.addCleanup(scratch.cleanup)
        self.stack = live.Stack(pathlib.Path(scratch.name))
        self.addCleanup(self.stack.end)
        self.stack.start()

    def daemon(self, config, number):
        daemon = harness.Daemon(self.stack.folder, config, f"--storage.path={self.stack.folder}/storage",
                                name=f"lgtmwatch-{number}")
        self.addCleanup(daemon.end)
        daemon.wait_until_it_answers()
        return daemon

    def test_nothing_is_forgotten_or_invented(self):
        config = self.stack.config(canaries="{ interval: 5s, deadline: 60s, lost_after: 120s, large: 0s }")
        moments = random.Random(20261126)
        kills = int(os.environ.get("LGTMWATCH_LIVE_KILLS", "50"))
        before = {}
        for number in range(kills):
            daemon = self.daemon(config, number)
            end = time.monotonic() + moments.uniform(0.2, 8)
            harness.wait_until(lambda at=end: time.monotonic() >= at)
            metrics = daemon.wait_for_metrics(lambda now: now.all(WRITTEN))
            before = self.assert_adds_up(metrics, before)
            daemon.kill()
        last = self.daemon(self.stack.config(canaries="{ interval: 10m, deadline: 60s, lost_after: 11m, large: 0s }",
                                             name="last.yaml"), "last")
        metrics = last.wait_for_metrics(lambda now: now.all(FLYING) and not any(now.all(FLYING)), 180, "all are settled")
        self.assert_adds_up(metrics, before)
        totals = {outcome: sum(metrics.all(OUTCOMES, outcome=outcome)) for outcome in
                  (*FALSE, "visible", "unacknowledged")}
        print(f"KILLS {kills}: {totals}, written {sum(metrics.all(WRITTEN))}", flush=True)
        self.assertEqual({outcome: totals[outcome] for outcome in FALSE}, dict.fromkeys(FALSE, 0))
        routes = len(metrics.labels_of(WRITTEN))
        self.assertLessEqual(totals["unacknowledged"], kills * routes)
        self.assertGreater(totals["visible"], kills)

    def assert_adds_up(self, metrics, before):
        written = {}
        for labels in metrics.labels_of(WRITTEN):
            key = (labels["route"], labels["signal"])
            written[key] = metrics.one(WRITTEN, **labels)
            self.assertEqual(written[key], sum(metrics.all(OUTCOMES, **labels)) + metrics.one(FLYING, **labels), key)
            self.assertGreaterEqual(written[key], before.get(key, 0), key)
        return written or before
