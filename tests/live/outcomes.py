"""What becomes of canaries where real servers have limits that are set low: `rejected` where they refuse, `lost` behind a
batch processor and where they drop what they have answered with a 2xx, and never `visible`."""
import live
from live import harness

WRITTEN, OUTCOMES = "lgtmwatch_canary_written_total", "lgtmwatch_canary_outcomes_total"
NEVER = "2099-01-01T00:00:00Z"
SETTLED = 4  # canaries of each route that are looked at


class OutcomesLive(live.OnStack):
    needs = ("LOKI", "TEMPO", "ALLOY")
    settings = {"canaries": "{ interval: 5s, deadline: 10s, lost_after: 20s, fresh_label: 0s, large: 0s, unordered: 0s }"}

    def counts(self, signal, route):
        metrics = self.stack.daemon.metrics()
        return {labels["outcome"]: metrics.one(OUTCOMES, **labels)
                for labels in metrics.labels_of(OUTCOMES) if (labels["signal"], labels["route"]) == (signal, route)}

    def limited(self, server, signal, expected, **limits):
        """`expected`: the outcome of each route while the server has these limits."""
        begin = {route: self.counts(signal, route) for route in expected}
        server.limit(**limits)
        try:
            for route, outcome in expected.items():
                self.wait_for(signal, route, outcome, begin[route], 1)
            limited = {route: self.counts(signal, route) for route in expected}
            for route, outcome in expected.items():
                self.wait_for(signal, route, outcome, limited[route], SETTLED)
                now = self.counts(signal, route)
                became = {name: now[name] - limited[route][name] for name in now if now[name] != limited[route][name]}
                print(f"OUTCOMES {server.version()} {limits}: {signal} {route} {became}", flush=True)
                self.assertEqual(set(became), {outcome}, route)
        finally:
            server.limit()

    def wait_for(self, signal, route, outcome, before, more):
        harness.wait_until(lambda: self.counts(signal, route).get(outcome, 0) >= before.get(outcome, 0) + more, 120,
                           lambda: f"{more} more of {route} are {outcome}; there is {self.counts(signal, route)}")

    def test_a_rate_that_nothing_fits(self):
        self.limited(self.stack.loki, "logs",
                     {"direct-push": "rejected", "direct-otlp-http": "rejected", "backend": "lost", "push": "lost"},
                     ingestion_rate_mb=0.00001, ingestion_burst_size_mb=0.00001)

    def test_ingestion_that_is_blocked_and_answered_with_200(self):
        self.limited(self.stack.loki, "logs",
                     {"direct-push": "lost", "direct-otlp-http": "lost", "backend": "lost", "push": "lost"},
                     block_ingestion_until=NEVER, block_ingestion_status_code=200)

    def test_ingestion_that_is_blocked_and_answered_with_260(self):
        """260, Loki's own default, is no status of a push that was taken: lgtmwatch itself is refused, Alloy is not."""
        self.limited(self.stack.loki, "logs", {"direct-push": "rejected", "direct-otlp-http": "rejected", "push": "lost"},
                     block_ingestion_until=NEVER)

    def test_a_rate_of_traces_that_nothing_fits(self):
        self.limited(self.stack.tempo, "traces",
                     {"direct-otlp-http": "rejected", "direct-otlp-grpc": "rejected", "backend": "lost",
                      "mobile-grpc": "lost"},
                     ingestion={"rate_limit_bytes": 10, "burst_size_bytes": 10})

    def test_traces_of_which_each_is_too_large(self):
        self.limited(self.stack.tempo, "traces",
                     {"direct-otlp-http": "lost", "direct-otlp-grpc": "lost", "backend": "lost"},
                     **{"global": {"max_bytes_per_trace": 10}})
