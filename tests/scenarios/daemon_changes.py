"""The daemon while faults come and go: states, findings, measurements, counters and log lines."""
import json

import harness
from daemon_metrics import WatchedSandbox

INTERVAL = 1
TIMEOUT = 0.5
NOTICED = 2 * INTERVAL + TIMEOUT + 15  # two confirmations, a probe that times out, and a busy machine

# fault: (cause, component, reason of the failures, measurements that must be absent, the signal that suffers)
DEATHS = {
    "backend-down:loki": ("backend-down", "loki", "refused", ["loki_labels"], "logs"),
    "backend-down:tempo": ("backend-down", "tempo", "refused", ["tempo_services"], "traces"),
    "backend-down:mimir": ("backend-down", "mimir", "refused",
                           ["mimir_series", "mimir_jobs", "mimir_application_jobs"], "metrics"),
    "backend-hung:loki": ("backend-hung", "loki", "timeout", ["loki_labels"], "logs"),
    "backend-hung:mimir": ("backend-hung", "mimir", "timeout",
                           ["mimir_series", "mimir_jobs", "mimir_application_jobs"], "metrics"),
    "alloy-down-or-crashloop": ("alloy-down-or-crashloop", "alloy", "refused", ["alloy_components"], "logs"),
    "alloy-hung": ("alloy-hung", "alloy", "timeout", ["alloy_components"], "traces"),
}


def last_seen(metrics, signal, receiver="backend"):
    return metrics.one("lgtmwatch_source_last_seen_timestamp_seconds", signal=signal, receiver=receiver)


class ComingAndGoing(WatchedSandbox):
    """Has no test of its own."""

    def assert_comes_and_goes(self, fault):
        cause, component, reason, absent, signal = DEATHS[fault]
        daemon = self.watch()
        before = daemon.wait_for_state(0)
        failures = before.one("lgtmwatch_probe_failures_total", component=component, reason=reason)
        self.sandbox.set_fault(fault)

        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause=cause) == [1], NOTICED, cause)
        broken = daemon.wait_for_metrics(
            lambda now: not any(now.all("lgtmwatch_" + name) for name in absent)
            and now.one("lgtmwatch_component_up", component=component) == 0, NOTICED, f"no {absent}")
        self.assertEqual(broken.one("lgtmwatch_stack_state"), 3)
        self.assertEqual(broken.one("lgtmwatch_signal_state", signal=signal), 3)
        self.assertEqual(broken.one("lgtmwatch_findings", severity="critical"), 1)
        self.assertGreater(broken.one("lgtmwatch_probe_failures_total", component=component, reason=reason), failures)
        self.assertEqual(broken.one("lgtmwatch_component_ready", component=component), 0)
        self.assertGreaterEqual(last_seen(broken, signal), last_seen(before, signal), "a time stamp stays")
        self.assertEqual(len(broken.all("lgtmwatch_probe_success")), len(before.all("lgtmwatch_probe_success")))

        self.sandbox.clear_fault(fault)
        healed = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_stack_state") == [0] and now.all("lgtmwatch_finding") == []
            and all(now.all("lgtmwatch_" + name) for name in absent), what="it is healthy again")
        self.assertEqual(healed.one("lgtmwatch_findings", severity="critical"), 0)
        self.assertGreaterEqual(healed.one("lgtmwatch_probe_failures_total", component=component, reason=reason),
                                broken.one("lgtmwatch_probe_failures_total", component=component, reason=reason))


class BackendDiesScenario(ComingAndGoing):
    def test_loki_goes_down_and_comes_back(self):
        self.assert_comes_and_goes("backend-down:loki")

    def test_tempo_goes_down_and_comes_back(self):
        self.assert_comes_and_goes("backend-down:tempo")

    def test_mimir_goes_down_and_comes_back(self):
        self.assert_comes_and_goes("backend-down:mimir")

    def test_loki_hangs_and_comes_back(self):
        self.assert_comes_and_goes("backend-hung:loki")

    def test_mimir_hangs_and_comes_back(self):
        self.assert_comes_and_goes("backend-hung:mimir")


class AlloyDiesScenario(ComingAndGoing):
    def test_alloy_goes_down_and_comes_back(self):
        self.assert_comes_and_goes("alloy-down-or-crashloop")

    def test_alloy_hangs_and_comes_back(self):
        self.assert_comes_and_goes("alloy-hung")


class OtherChangesScenario(ComingAndGoing):
    def assert_noticed(self, fault, cause, state, also=lambda now: True):
        daemon = self.watch()
        daemon.wait_for_state(0)
        self.sandbox.set_fault(fault)
        found = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_finding", cause=cause) == [1]
            and now.all("lgtmwatch_stack_state") == [state] and also(now), NOTICED, cause)
        self.sandbox.clear_fault(fault)
        daemon.wait_for_state(0)
        return found

    def test_a_signal_that_is_no_longer_wired_is_broken_alone(self):
        found = self.assert_noticed("otlp-signal-not-wired:backend/logs", "otlp-signal-not-wired", 3,
                                    lambda now: now.one("lgtmwatch_receiver_up", receiver="backend", signal="traces"))
        self.assertEqual(found.one("lgtmwatch_receiver_up", receiver="backend", signal="logs"), 0)
        self.assertEqual(found.one("lgtmwatch_signal_state", signal="metrics"), 0)
        self.assertEqual(found.one("lgtmwatch_signal_state", signal="logs"), 3)

    def test_a_loki_that_lost_its_labels_is_broken_with_the_figure_zero(self):
        found = self.assert_noticed("loki-without-labels", "loki-without-labels", 3)
        self.assertEqual(found.one("lgtmwatch_loki_labels"), 0)

    def test_a_rejected_reload_is_degraded(self):
        found = self.assert_noticed("alloy-reload-rejected", "alloy-reload-rejected", 2)
        self.assertEqual(found.all("lgtmwatch_signal_state"), [0, 0, 0])
        self.assertEqual(found.one("lgtmwatch_findings", severity="warning"), 1)

    def test_a_tenant_that_is_suddenly_asked_for_is_unknown_once_the_last_record_is_old(self):
        daemon = self.watch()
        daemon.wait_for_state(0)
        self.sandbox.set_fault("watcher-tenant-missing:tempo")
        found = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_finding", cause="watcher-tenant-missing") == [1]
            and now.all("lgtmwatch_tempo_services") == [], NOTICED)
        self.assertEqual(found.one("lgtmwatch_stack_state"), 1)
        self.assertEqual(found.one("lgtmwatch_signal_state", signal="traces"), 1)
        self.assertGreater(found.one("lgtmwatch_probe_failures_total", component="tempo", reason="tenant"), 0)

    def test_a_source_that_falls_silent_becomes_stale_and_keeps_its_time_stamp(self):
        self.sandbox = self.start_sandbox()
        self.sandbox.set_pace("1s", "500ms")
        self.sandbox.config.write_text(self.sandbox.config.read_text().replace("max_age: 1m", "max_age: 8s"))
        self.daemon = self.start_daemon(self.sandbox.config)
        before = self.daemon.wait_for_state(0)
        self.sandbox.set_fault("source-silent:metrics")
        stale = self.daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_finding", cause="source-silent", subject="scanium-backend") == [1],
            8 + NOTICED)
        self.assertEqual(stale.one("lgtmwatch_source_fresh", signal="metrics"), 0)
        self.assertGreaterEqual(last_seen(stale, "metrics"), last_seen(before, "metrics"))
        self.assertEqual(stale.one("lgtmwatch_signal_state", signal="metrics"), 3)
        self.assertEqual(stale.one("lgtmwatch_signal_state", signal="logs"), 0)
        self.sandbox.clear_fault("source-silent:metrics")
        healed = self.daemon.wait_for_state(0)
        self.assertGreater(last_seen(healed, "metrics"), last_seen(stale, "metrics"))


ELSEWHERE = """
  - name: elsewhere
    loki: { url: "http://loki.hung.test:3100" }
    tempo: { url: "http://tempo.hung.test:3200" }
    mimir: { url: "http://mimir.hung.test:9009" }
    alloy:
      - name: far
        url: http://alloy.hung.test:12345
        receivers:
          - { name: far-http, otlp: http, url: "http://otlp.hung.test:4318" }
"""


class HungNamesScenario(harness.Scenario):
    def test_names_that_do_not_resolve_delay_no_other_name(self):
        sandbox = self.start_sandbox()
        sandbox.set_pace("1s", "900ms")
        text = sandbox.config.read_text().replace("127.0.0.1", "localhost")
        sandbox.config.write_text(text.rstrip() + ELSEWHERE)
        daemon = self.start_daemon(sandbox.config, environment=harness.HUNG_NAMES)
        now = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_stack_state", stack="sandbox") == [0]
            and now.all("lgtmwatch_finding", stack="elsewhere", cause="watcher-not-on-network") == [1], 40,
            "the near stack is healthy while no name of the far one resolves")
        self.assertEqual(now.all("lgtmwatch_stack_state", stack="elsewhere"), [1])


class HungTargetScenario(WatchedSandbox):
    def test_a_hung_tempo_delays_no_other_probe(self):
        self.sandbox = self.start_sandbox("backend-hung:tempo")
        self.sandbox.set_pace("1s", "1s")
        self.daemon = self.start_daemon(self.sandbox.config)
        first = self.daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_finding", cause="backend-hung", subject="tempo") == [1])
        later = self.daemon.wait_for_metrics(
            lambda now: last_seen(now, "metrics") > last_seen(first, "metrics") + 5
            and last_seen(now, "logs") > last_seen(first, "logs") + 5
            and last_seen(now, "logs", "docker") > last_seen(first, "logs", "docker") + 5, 5 + NOTICED,
            "the newest samples and log lines are noticed while Tempo hangs")
        self.assertEqual(later.one("lgtmwatch_signal_state", signal="metrics"), 0)
        self.assertEqual(later.one("lgtmwatch_signal_state", signal="logs"), 0)
        self.assertEqual(later.one("lgtmwatch_signal_state", signal="traces"), 3)
        self.assertLess(later.one("lgtmwatch_probe_duration_seconds", probe="loki_ready"), 0.9)
        self.assertGreaterEqual(later.one("lgtmwatch_probe_duration_seconds", probe="tempo_ready"), 0.9)

    def test_a_hung_alloy_delays_neither_the_backends_nor_the_web(self):
        daemon = self.watch("alloy-hung", "backend-hung:loki")
        first = daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="alloy-hung") == [1])
        # With Alloy hung nothing of the application arrives; Mimir itself is still asked.
        duration = "lgtmwatch_probe_duration_seconds"
        daemon.wait_for_metrics(
            lambda now: now.one(duration, probe="mimir_tenant") != first.one(duration, probe="mimir_tenant")
            and now.one("lgtmwatch_component_up", component="mimir") == 1, NOTICED)
        status, _ = harness.http_request(daemon.url + "/api/v1/status", timeout=2)
        self.assertEqual(status, 200)


class LogScenario(WatchedSandbox):
    def rounds(self, daemon, count):
        """Waits until every probe has run so many times more."""
        start = daemon.metrics().one("lgtmwatch_schedule_lag_seconds_count")
        probes = len(daemon.metrics().all("lgtmwatch_probe_success"))
        daemon.wait_for_metrics(
            lambda now: now.one("lgtmwatch_schedule_lag_seconds_count") >= start + count * probes,
            4 * count + harness.PATIENCE)

    def lines(self, daemon):
        return [json.loads(line) for line in daemon.text().splitlines(keepends=True) if line.endswith("\n")]

    def test_the_log_speaks_of_changes_only_and_every_line_is_json(self):
        daemon = self.watch(flags=["--log.format=json"])
        daemon.wait_until_it_answers("/-/ready")  # before that the log speaks of nothing
        daemon.wait_for_state(0)
        self.sandbox.set_fault("backend-down:loki")
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="backend-down") == [1], NOTICED)
        harness.wait_until(lambda: [line for line in self.lines(daemon) if line.get("cause") == "backend-down"],
                           what=daemon.text)
        self.rounds(daemon, 8)
        lines = self.lines(daemon)
        told = [line for line in lines if line.get("cause") == "backend-down"]
        self.assertEqual(len(told), 1, "a finding is told once, however long it lasts")
        self.assertEqual(told[0]["level"], "error")
        self.assertIn("Loki is down", told[0]["msg"])
        self.assertLessEqual(len(lines), 20, daemon.text())
        for line in lines:
            self.assertLessEqual({"ts", "level", "msg"}, set(line))

        self.sandbox.clear_fault("backend-down:loki")
        daemon.wait_for_state(0)
        harness.wait_until(lambda: [line for line in self.lines(daemon) if "finding is over" in line["msg"]],
                           what=daemon.text)
        states = [line["to"] for line in self.lines(daemon) if line.get("signal") == "logs"]
        self.assertEqual([state for state in states if state != "unknown"], ["healthy", "broken", "healthy"])
        self.assertLessEqual(len(states), 5)

    def test_a_hung_target_that_stays_hung_fills_no_log(self):
        daemon = self.watch("backend-hung:loki")
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="backend-hung") == [1])
        daemon.wait_until_it_answers("/-/ready")
        self.rounds(daemon, 8)
        told = [line for line in daemon.text().splitlines() if "cause=backend-hung" in line]
        self.assertEqual(len(told), 1, daemon.text())
        self.assertLessEqual(len([line for line in daemon.text().splitlines() if line.startswith("ts=")]), 20)
        for line in daemon.text().splitlines():
            self.assertRegex(line, r'^ts=\S+ level=(debug|info|warn|error) msg=("([^"\\]|\\.)*"|\S+)( \w+=.*)*$')

    def test_the_least_level_is_kept(self):
        daemon = self.watch("backend-down:loki", flags=["--log.level=error"])
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="backend-down") == [1])
        harness.wait_until(lambda: "cause=backend-down" in daemon.text(), what=daemon.text)
        self.assertNotIn("level=info", daemon.text())
        self.assertNotIn("level=warn", daemon.text())
