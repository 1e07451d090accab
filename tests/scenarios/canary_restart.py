"""Canaries over restarts of the daemon: with --storage.path nothing is forgotten and nothing invented."""
import random
import sqlite3
import time
import urllib.parse

import harness
from canaries import ROUTES, WithCanaries

WRITTEN = "lgtmwatch_canary_written_total"
OUTCOMES = "lgtmwatch_canary_outcomes_total"
IN_FLIGHT = "lgtmwatch_canaries_in_flight"
ADOPTED = "lgtmwatch_canary_adopted_total"
DIRECT = {"route": "direct-push", "signal": "logs"}


class KilledDaemonScenario(WithCanaries):
    def start_again(self, number):
        return self.start_daemon(self.sandbox.config, f"--storage.path={self.folder}/storage", name=f"lgtmwatch-{number}")

    def lines_in_loki(self):
        query = urllib.parse.quote('{service_name="lgtmwatch-canary",lgtmwatch_route="direct-push"}')
        answer = harness.get_json(f"{self.sandbox.addresses['loki']}/loki/api/v1/query_range?query={query}&limit=5000")
        return [line for stream in answer["data"]["result"] for _, line in stream["values"]]

    def assert_adds_up(self, metrics, before):
        for route, signal in ROUTES:
            labels = {"route": route, "signal": signal}
            written = metrics.one(WRITTEN, **labels)
            self.assertEqual(written, sum(metrics.all(OUTCOMES, **labels)) + metrics.one(IN_FLIGHT, **labels), labels)
            self.assertGreaterEqual(written, before.one(WRITTEN, **labels) if before else 0, labels)

    def test_killed_at_random_moments_it_neither_forgets_nor_invents(self):
        self.sandbox = self.start_with_canaries("{ interval: 5s, deadline: 15s, lost_after: 20s }")
        moments = random.Random(20261125)
        before = None
        for number in range(6):
            daemon = self.start_again(number)
            moment = time.monotonic() + moments.uniform(0.3, 6)
            harness.wait_until(lambda at=moment: time.monotonic() >= at)
            metrics = daemon.metrics()
            self.assert_adds_up(metrics, before)
            before = metrics
            daemon.kill()
        text = self.sandbox.config.read_text()
        self.sandbox.config.write_text(text.replace("canaries: { interval: 5s", "canaries: { interval: 1h", 1))
        daemon = self.start_again("last")
        metrics = daemon.wait_for_metrics(lambda now: len(now.all(IN_FLIGHT)) == len(ROUTES) and not any(now.all(IN_FLIGHT)),
                                          what="all are settled")
        self.assert_adds_up(metrics, before)
        for outcome in ("lost", "duplicate", "corrupt", "rejected", "unknown", "late"):
            self.assertEqual(sum(metrics.all(OUTCOMES, outcome=outcome)), 0, outcome)
        # Of those whose write was cut off at most one a kill and route, for each of which a write was under way.
        for route, signal in ROUTES:
            self.assertLessEqual(metrics.one(OUTCOMES, outcome="unacknowledged", route=route, signal=signal), 6)
        lines = self.lines_in_loki()
        self.assertEqual(len(lines), len(set(lines)))
        self.assertEqual(metrics.one(OUTCOMES, outcome="visible", **DIRECT), len(lines))
        self.assertGreater(len(lines), 6)
        self.assertEqual(metrics.one("lgtmwatch_storage_errors_total"), 0)


class AdoptedScenario(WithCanaries):
    def test_without_storage_what_is_found_of_an_earlier_run_is_counted_apart(self):
        sandbox = self.start_with_canaries("{ interval: 5s, deadline: 2s }")
        first = self.start_daemon(sandbox.config, name="first")
        first.wait_for_metrics(lambda now: now.one(OUTCOMES, outcome="visible", **DIRECT)  # the other waits for the graph
                               and now.one(OUTCOMES, outcome="visible", route="mobile-grpc", signal="logs"))
        written = first.metrics().one(WRITTEN, **DIRECT)
        first.kill()
        second = self.start_daemon(sandbox.config, name="second")
        self.assertEqual(len(second.metrics().all(ADOPTED)), len(ROUTES), "present from the start")
        metrics = second.wait_for_metrics(lambda now: now.one(ADOPTED, **DIRECT)
                                          and now.one(ADOPTED, route="backend", signal="metrics")
                                          and now.one(ADOPTED, route="mobile-grpc", signal="logs"))
        self.assertLess(abs(metrics.one(ADOPTED, **DIRECT) - written), 2)  # one may have been written after the look
        self.assertEqual(sum(metrics.all(OUTCOMES, outcome="lost")), 0)


class StorageScenario(WithCanaries):
    def run_to_its_end(self, config):
        return self.lgtmwatch("run", f"--config.file={config}", f"--storage.path={self.folder}/storage",
                              f"--web.listen-address=127.0.0.1:{harness.free_port()}", seconds=30)

    def test_what_cannot_be_used_ends_the_start_with_what_to_do(self):
        sandbox = self.start_with_canaries("{}")
        daemon = self.start_daemon(sandbox.config, f"--storage.path={self.folder}/storage")
        second = self.run_to_its_end(sandbox.config)
        self.assertEqual(second.returncode, 1, second.stderr)
        self.assertIn("another lgtmwatch uses it", second.stderr)
        daemon.signal(15)
        self.assertEqual(daemon.wait(20), 0)
        file = self.folder / "storage" / "canaries.db"
        with sqlite3.connect(file) as ledger:
            ledger.execute("PRAGMA user_version = 7")
        ledger.close()
        newer = self.run_to_its_end(sandbox.config)
        self.assertEqual(newer.returncode, 1, newer.stderr)
        self.assertIn("is of version 7, and this lgtmwatch knows version 2", newer.stderr)
        self.assertIn("use the lgtmwatch that wrote it", newer.stderr)
        file.write_bytes(b"x" * 5000)
        broken = self.run_to_its_end(sandbox.config)
        self.assertEqual(broken.returncode, 1, broken.stderr)
        self.assertIn("canaries.db: file is not a database", broken.stderr)
        self.assertIn("move the file away", broken.stderr)
