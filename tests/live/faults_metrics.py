"""Faults of what holds the metrics: a real Cortex where there is one, else a real Prometheus."""
import time

import live
from application import post
from remote_write import body


class MetricsProcessLive(live.OnStack):
    def test_it_is_stopped(self):
        metrics = self.stack.metrics
        self.fault("backend-down", "its process is stopped", metrics.stop, metrics.start, metrics, subject="mimir")

    def test_it_hangs(self):
        metrics = self.stack.metrics
        self.fault("backend-hung", "SIGSTOP", metrics.freeze, metrics.resume, metrics, subject="mimir")


class MetricsLimitsLive(live.OnStack):
    needs = ("LOKI", "ALLOY", "CORTEX")

    def write(self, labels, samples):
        return post(self.stack.metrics.url + self.stack.metrics.push, body(labels, samples), "application/x-protobuf")

    def limited(self, cause, how, work=None, **limits):
        metrics, application = self.stack.metrics, self.stack.application

        def make():
            metrics.limit(**limits)
            if work:
                application.more.append(work)

        def repair():
            application.usual()
            metrics.limit()
        self.fault(cause, how, make, repair, metrics)

    def test_the_number_of_series(self):
        number = [0]

        def another():
            number[0] += 1
            self.write({"__name__": "requests", "request": str(number[0])}, [(1, int(time.time() * 1000))])
        self.limited("mimir-series-limit", "max_series_per_user 60, and a label that is always new", another,
                     max_series_per_user=60)

    def test_the_rate_of_a_tenant(self):
        self.limited("mimir-ingestion-rate", "ingestion_rate 2", ingestion_rate=2, ingestion_burst_size=20)

    def test_samples_out_of_order(self):
        def backwards():
            now = int(time.time() * 1000)
            for at in (now, now - 60000):
                self.write({"__name__": "backwards"}, [(1, at)])
        self.sender("mimir-out-of-order-or-duplicate", "samples of a minute before the newest", backwards,
                    component=self.stack.metrics)

    def test_samples_of_the_future(self):
        self.sender("mimir-too-far-future", "samples of an hour ahead",
                    lambda: self.write({"__name__": "ahead"}, [(1, int(time.time() * 1000) + 3600000)]),
                    component=self.stack.metrics)
