"""The alert rules in Debian's real Prometheus, which scrapes lgtmwatch on the stand-in stack."""
import harness
from promql import metrics_of
from real_prometheus import Prometheus
from rules_test import RULES, rules
from watched import Watched

OF_PROMETHEUS = {"up", "ALERTS"}
# What the stand-in lacks until something is broken.
FAULT = "app-logger-not-exported"


class RulingPrometheus(Prometheus):
    """With the rules of lgtmwatch, looked at every second."""

    def _write(self, jobs):
        super()._write(jobs)
        text = self._file.read_text().replace("global: { ", "global: { evaluation_interval: 1s, ")
        self._file.write_text(f"{text}rule_files: [{RULES}]\n")

    def alerts(self):
        """(name, state, labels) of those that are pending or firing."""
        found = harness.get_json(f"{self.url}/api/v1/alerts")["data"]["alerts"]
        return [(each["labels"].pop("alertname"), each["state"], each["labels"]) for each in found]

    def rules(self):
        found = harness.get_json(f"{self.url}/api/v1/rules")["data"]["groups"]
        return [rule for group in found for rule in group["rules"]]


class WatchedRulesScenario(Watched):
    def setUp(self):
        super().setUp()
        self.watch()

    def test_every_metric_of_every_expression_exists(self):
        self.sandbox.set_fault(FAULT)
        asked = {rule.get("alert") or rule["record"]: metrics_of(rule["expr"]) for rule in rules()}
        self.assertEqual([name for name, metrics in asked.items() if not metrics], ["Watchdog"])
        recorded = {rule["record"] for rule in rules() if "record" in rule}

        def missing(metrics):
            there = {name for name, _, _ in metrics.samples} | recorded | OF_PROMETHEUS
            return {name: metrics - there for name, metrics in asked.items() if metrics - there}
        last = []

        def complete():
            last[:] = [missing(self.daemon.metrics())]
            return not last[0]
        harness.wait_until(complete, 120, lambda: f"all metrics are there; not those of {last}")

    def test_a_healthy_stack_alerts_of_nothing_and_a_broken_one_of_causes_alone(self):
        prometheus = self.start(RulingPrometheus, self.folder, {"watcher": [f"127.0.0.1:{self.daemon.port}"]})
        watchdog = [("Watchdog", "firing", {"severity": "none"})]
        prometheus.wait_for("stack:lgtmwatch_backend_received:rate5m")
        harness.wait_until(lambda: prometheus.alerts() == watchdog, 100, lambda: f"only the watchdog: {prometheus.alerts()}")
        self.assertEqual([rule["name"] for rule in prometheus.rules() if rule["health"] != "ok" or rule.get("lastError")], [])

        self.sandbox.set_fault("backend-down:loki")
        finding = {"stack": "sandbox", "subject": "loki", "signal": "logs", "stage": "ingest", "cause": "backend-down",
                   "severity": "critical"}
        harness.wait_until(lambda: ("LgtmwatchFinding", "firing", finding) in prometheus.alerts(), 240,
                           lambda: f"the finding fires: {prometheus.alerts()}")
        self.assertEqual({name for name, _, _ in prometheus.alerts()}, {"Watchdog", "LgtmwatchFinding"})

        self.sandbox.clear_fault("backend-down:loki")
        # What is asked every five minutes only has not yet been asked again.
        harness.wait_until(lambda: [each for each in prometheus.alerts()
                                    if each[:2] != ("LgtmwatchProbeFailing", "pending")] == watchdog,
                           200, lambda: f"all is over: {prometheus.alerts()}")
