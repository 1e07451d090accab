"""Faults of a real Loki: limits set low, a tenant, a schema, a disk; and that it is away."""
import os
import time

import live
from application import logs_body, post


class LokiProcessLive(live.OnStack):
    def test_it_is_stopped(self):
        loki = self.stack.loki
        self.fault("backend-down", "its process is stopped", loki.stop, loki.start, loki, subject="loki",
                   beside=("backend-not-ready",))

    def test_it_hangs(self):
        loki = self.stack.loki
        self.fault("backend-hung", "SIGSTOP", loki.freeze, loki.resume, loki, subject="loki")

    def test_more_replicas_than_instances(self):
        loki = self.stack.loki
        self.fault("ring-unhealthy-after-restart", "replication_factor 3 with one instance",
                   lambda: loki.restart(replicas=3), loki.restart, loki, beside=("backend-not-ready",))


class WithLimits(live.OnStack):
    """What the classes below share; has no test of its own."""

    def push(self, labels, lines):
        return post(self.stack.loki.url + "/loki/api/v1/push",
                    {"streams": [{"stream": labels, "values": [[str(at), line] for at, line in lines]}]})

    def limited(self, cause, how, work=None, beside=(), **limits):
        """Other limits of the tenant, and work once a second meanwhile."""
        loki, application = self.stack.loki, self.stack.application

        def make():
            loki.limit(**limits)
            if work:
                application.more.append(work)

        def repair():
            application.usual()
            loki.limit()
        self.fault(cause, how, make, repair, loki, beside=beside)


class LokiLimitsLive(WithLimits):
    def test_the_rate_of_a_tenant(self):
        def burst():
            post(f"http://127.0.0.1:{self.stack.alloy.port['backend']}/v1/logs", logs_body("shop", "x" * 30000))
        self.limited("loki-rate-limited", "ingestion_rate_mb 0.01", burst, ingestion_rate_mb=0.01,
                     ingestion_burst_size_mb=0.02)

    def test_the_rate_of_a_stream(self):
        def burst():
            self.push({"service_name": "noisy"}, [(time.time_ns() + n, os.urandom(1500).hex()) for n in range(10)])
        self.limited("loki-per-stream-rate", "per_stream_rate_limit 10KB", burst, per_stream_rate_limit="10KB",
                     per_stream_rate_limit_burst="20KB")

    def test_the_number_of_streams(self):
        def another():
            self.push({"service_name": "shop", "request": os.urandom(4).hex()}, [(time.time_ns(), "a line")])
        self.limited("loki-stream-limit", "max_global_streams_per_user 20, and a label that is always new", another,
                     max_global_streams_per_user=20)

    def test_a_line_that_is_too_long(self):
        self.limited("loki-invalid-labels-or-line", "max_line_size 2KB, lines of 4 KB",
                     lambda: self.push({"service_name": "long"}, [(time.time_ns(), "x" * 4000)]), max_line_size="2KB")

    def test_ingestion_is_blocked_and_answered_with_200(self):
        self.limited("loki-ingestion-blocked-2xx", "block_ingestion_until, with status 200",
                     block_ingestion_until="2099-01-01T00:00:00Z", block_ingestion_status_code=200)

    def test_ingestion_is_blocked_and_answered_with_260(self):
        self.limited("loki-ingestion-blocked-2xx", "block_ingestion_until, with its own status 260",
                     block_ingestion_until="2099-01-01T00:00:00Z")

    def test_structured_metadata_is_not_allowed(self):
        self.limited("loki-structured-metadata-schema", "allow_structured_metadata false",
                     allow_structured_metadata=False)


class LokiTimesLive(WithLimits):
    def test_lines_that_are_too_old(self):
        self.sender("loki-too-old-or-behind", "lines of eight days ago",
                    lambda: self.push({"service_name": "old"}, [(time.time_ns() - 8 * 86400 * 10**9, "a line")]),
                    component=self.stack.loki)

    def test_lines_of_the_future(self):
        self.sender("loki-future-entries", "lines of twenty minutes ahead",
                    lambda: self.push({"service_name": "ahead"}, [(time.time_ns() + 1200 * 10**9, "a line")]),
                    component=self.stack.loki)

    def test_chunks_cannot_be_flushed(self):
        loki = self.stack.loki
        places = [loki.folder / name for name in ("objects", "chunks")]  # which of them depends on use_thanos_objstore

        def make():
            loki.restart(more="ingester: { chunk_idle_period: 5s, max_chunk_age: 15s, flush_check_period: 2s, "
                              "flush_op_backoff: { min_period: 1s, max_period: 2s } }\n")
            loki.wait_until_ready()
            for place in places:
                if place.exists():
                    place.rename(place.with_suffix(".away"))
                place.write_text("a file where a folder must be\n")

        def repair():
            loki.stop()
            for place in places:
                place.unlink()
                if place.with_suffix(".away").exists():
                    place.with_suffix(".away").rename(place)
            loki.start()
        self.fault("loki-flush-failing", "a file where Loki's folder of chunks must be", make, repair, loki,
                   beside=("backend-down", "backend-not-ready"))
