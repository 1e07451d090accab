"""Canaries on the stand-in stack: every route goes round, and what does not is told."""
import contextlib
import datetime
import json
import os
import pty
import subprocess
import threading

import harness

ROUTES = {("mobile-http", "metrics"), ("mobile-http", "logs"), ("mobile-http", "traces"), ("mobile-grpc", "metrics"),
          ("mobile-grpc", "logs"), ("mobile-grpc", "traces"), ("logs-push", "logs"), ("metrics-write", "metrics"),
          ("backend", "metrics"), ("backend", "logs"), ("backend", "traces"), ("direct-push", "logs"),
          ("direct-otlp-http", "logs"), ("direct-otlp-http", "metrics"), ("direct-remote-write", "metrics"),
          ("direct-otlp-grpc", "traces")}
OF_MOBILE = ("mobile-http", "mobile-grpc")  # the doors of one component of Alloy


class WithCanaries(harness.Scenario):
    """What the classes below share; has no test of its own."""

    def start_with_canaries(self, settings, *faults):
        sandbox = self.start_sandbox(*faults)
        text = sandbox.config.read_text()
        sandbox.config.write_text(text.replace("    sources:\n", f"    canaries: {settings}\n    sources:\n", 1))
        self.assertNotEqual(sandbox.config.read_text(), text)
        return sandbox


class VerifyCanariesScenario(WithCanaries):
    def test_one_canary_on_every_route_comes_back(self):
        sandbox = self.start_with_canaries("{}")
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 0, stack["findings"])
        self.assertEqual({(each["route"], each["signal"]) for each in stack["canaries"]}, ROUTES)
        for canary in stack["canaries"]:
            self.assertEqual(canary["outcome"], "visible", canary)
            self.assertGreater(canary["visible_seconds"], canary["write_seconds"])
            self.assertEqual([(look["look"], look["result"]) for look in canary["looks"]], [("grafana", "found")])

    def test_the_table_shows_each_route_with_its_times(self):
        sandbox = self.start_with_canaries("{ routes: { mobile-http: { enabled: false } } }")
        done = self.verify(sandbox.config)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ +direct-push +logs +visible +0\.\d{3} s +0\.\d{3} s$")
        self.assertNotRegex(done.stdout, r"(?m)^ +mobile-http +(metrics|logs|traces) +visible")

    def test_what_grafana_does_not_show_is_told_beside_what_arrives(self):
        sandbox = self.start_with_canaries("{}", "grafana-ds-green-but-empty:loki")
        code, stack = self.verify_json(sandbox.config, "--timeout=20s")
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["grafana-ds-green-but-empty"])
        outcomes = {(each["signal"], each["outcome"], each["looks"][0]["result"]) for each in stack["canaries"]}
        self.assertEqual(outcomes, {("metrics", "visible", "found"), ("logs", "visible", "missing"),
                                    ("traces", "visible", "found")})

    def test_canaries_follow_from_a_loki_that_is_down(self):
        sandbox = self.start_with_canaries("{ deadline: 3s }", "backend-down:loki")
        code, stack = self.verify_json(sandbox.config, "--timeout=20s")
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["backend-down"])
        follows = "\n".join(stack["findings"][0]["consequences"])
        self.assertIn("canary/direct-push/logs: the last was rejected", follows)
        outcomes = {(each["route"], each["signal"]): each["outcome"] for each in stack["canaries"]}
        self.assertEqual(outcomes[("backend", "traces")], "visible")
        self.assertNotEqual(outcomes[("backend", "logs")], "visible")


class VerifyProgressScenario(WithCanaries):
    def test_a_terminal_sees_what_is_waited_for(self):
        sandbox = self.start_with_canaries("{}")
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        shown = []

        def read():
            with contextlib.suppress(OSError):  # the end of a terminal
                while True:
                    shown.append(os.read(ours, 4096))
        reader = threading.Thread(target=read)
        reader.start()
        done = subprocess.run([harness.LGTMWATCH, "verify", f"--config.file={sandbox.config}", "--timeout=9s"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=60,
                              check=False)
        os.close(theirs)
        reader.join(30)
        text = b"".join(shown).decode()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(text, r"asking \d+ questions")
        self.assertRegex(text, rf"waiting for \d+ of {len(ROUTES)} canaries, for \d s at most")
        self.assertTrue(text.endswith("\r\x1b[K"), repr(text[-80:]))

    def test_a_pipe_does_not(self):
        sandbox = self.start_with_canaries("{}")
        self.assertNotIn("canaries", self.verify(sandbox.config).stderr)


class DaemonCanariesScenario(WithCanaries):
    def test_written_is_outcomes_and_in_flight_on_every_route(self):
        sandbox = self.start_with_canaries(
            "{ interval: 5s, deadline: 3s, fresh_label: 15s, unordered: 15s, large: 0s }")
        daemon = self.start_daemon(sandbox.config)

        def all_seen(metrics):
            return len(metrics.all("lgtmwatch_canary_outcomes_total", outcome="visible")) == len(ROUTES) and all(
                count >= 2 for count in metrics.all("lgtmwatch_canary_outcomes_total", outcome="visible"))
        metrics = daemon.wait_for_metrics(all_seen, what="two canaries of every route are visible")
        for route, signal in ROUTES:
            labels = {"route": route, "signal": signal}
            outcomes = metrics.all("lgtmwatch_canary_outcomes_total", **labels)
            self.assertEqual(len(outcomes), 8, "all outcomes are present")
            self.assertEqual(metrics.one("lgtmwatch_canary_written_total", **labels),
                             sum(outcomes) + metrics.one("lgtmwatch_canaries_in_flight", **labels))
            self.assertEqual(sum(outcomes), metrics.one("lgtmwatch_canary_outcomes_total", outcome="visible", **labels))
            self.assertGreaterEqual(metrics.one("lgtmwatch_canary_write_seconds_count", **labels), 2)
            self.assertGreaterEqual(metrics.one("lgtmwatch_canary_looks_total", look="grafana", result="found", **labels), 1)
            self.assertEqual(metrics.one("lgtmwatch_canary_looks_total", look="grafana", result="missing", **labels), 0)
        self.other_forms_come_back(daemon)
        checked = subprocess.run([harness.program("promtool"), "check", "metrics"], input=metrics.text, text=True,
                                 capture_output=True, timeout=30, check=False)
        self.assertEqual(checked.stdout + checked.stderr, "")

    def other_forms_come_back(self, daemon):
        def outcomes():
            stack = json.loads(harness.http_request(daemon.url + "/api/v1/status")[1])["stacks"][0]
            return {(each["route"], each["signal"], form["form"]): form["outcome"]
                    for each in stack["canaries"] for form in each["other_forms"]}
        expected = {(route, signal, "fresh_label"): "visible" for route, signal in ROUTES if signal != "traces"}
        expected |= {(route, signal, "unordered"): "visible" for route, signal in ROUTES if signal == "logs"}
        seen = {}

        def all_visible():
            seen.update({key: outcome for key, outcome in outcomes().items() if outcome == "visible"})
            return seen == expected
        harness.wait_until(all_visible, what=lambda: f"{expected} come back; of them: {seen}")

    def test_a_reload_keeps_the_tallies(self):
        sandbox = self.start_with_canaries("{ interval: 5s }")
        daemon = self.start_daemon(sandbox.config, "--web.enable-lifecycle")
        before = daemon.wait_for_metrics(
            lambda metrics: metrics.one("lgtmwatch_canary_written_total", route="direct-push", signal="logs"))
        self.assertEqual(harness.http_request(daemon.url + "/-/reload", "POST")[0], 200)
        after = daemon.metrics()
        self.assertGreaterEqual(after.one("lgtmwatch_canary_written_total", route="direct-push", signal="logs"),
                                before.one("lgtmwatch_canary_written_total", route="direct-push", signal="logs"))


class UnwiredCanariesScenario(WithCanaries):
    def canaries_of(self, stack):
        return {(each["route"], each["signal"]): each for each in stack["canaries"]}

    def test_a_signal_that_nobody_names_and_that_leads_nowhere_is_not_checked(self):
        sandbox = self.start_with_canaries("{}", "wired-to-nowhere:logs")
        code, stack = self.verify_json(sandbox.config)
        unchecked = {key: each["note"] for key, each in self.canaries_of(stack).items() if not each["checked"]}
        self.assertEqual(unchecked, {(route, "logs"): f"by Alloy's graph, logs of receiver {route} lead nowhere: "
                                     "otelcol.processor.batch.default has no output for them" for route in OF_MOBILE})
        self.assertNotIn("canary/mobile-http/logs comes back", [each["criterion"] for each in stack["criteria"]])
        # A source expects them through this one.
        self.assertEqual(self.canaries_of(stack)["backend", "logs"]["outcome"], "rejected")
        self.assertEqual(code, 1)

    def test_a_signal_that_is_named_stays_a_finding(self):
        sandbox = self.start_with_canaries("{ routes: { mobile-http: { signals: [logs] } } }", "wired-to-nowhere:logs")
        _, stack = self.verify_json(sandbox.config)
        canary = self.canaries_of(stack)["mobile-http", "logs"]
        self.assertEqual((canary["checked"], canary["outcome"]), (True, "rejected"))

    def test_a_daemon_writes_none_there_and_verify_says_what_the_receiver_lacks(self):
        sandbox = self.start_with_canaries("{ interval: 5s }", "otlp-signal-not-wired:mobile-http/traces")
        daemon = self.start_daemon(sandbox.config)

        def written(metrics):
            return len([count for count in metrics.all("lgtmwatch_canary_written_total") if count >= 2])
        metrics = daemon.wait_for_metrics(lambda now: written(now) == len(ROUTES) - len(OF_MOBILE),
                                          what="two on every other route")
        shown = self.canaries_of(harness.get_json(daemon.url + "/api/v1/status")["stacks"][0])
        table = self.verify(sandbox.config).stdout
        for route in OF_MOBILE:
            self.assertEqual(metrics.one("lgtmwatch_canary_written_total", route=route, signal="traces"), 0)
            why = f"by Alloy's graph, receiver {route} has no output for traces"
            self.assertEqual((shown[route, "traces"]["checked"], shown[route, "traces"]["note"]), (False, why))
            self.assertRegex(table, rf"(?m)^ +{route} +traces +not checked .* {why}$")


class MaintenanceScenario(WithCanaries):
    """Logs are in maintenance, from yesterday until tomorrow."""

    def start_in_maintenance(self, settings):
        sandbox = self.start_with_canaries(settings)
        self.without = sandbox.config.read_text()
        now = datetime.datetime.now(datetime.timezone.utc)
        start, self.end = (f"{now + datetime.timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (-1, 1))
        window = f"{{ signals: [logs], start: {start}, end: {self.end}, canaries: pause }}"
        sandbox.config.write_text(f"{self.without}\nmaintenance: [ {window} ]\n")
        return sandbox

    def test_verify_writes_nothing_that_is_paused_and_says_so(self):
        sandbox = self.start_in_maintenance("{ routes: { stdout: {}, scrape: {} } }")
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 0, stack["findings"])
        self.assertEqual([(window["signals"], window["end"], window["canaries"]) for window in stack["maintenance"]],
                         [(["logs"], self.end, "pause")])
        seen = {(each["route"], each["signal"], each["outcome"], each["note"])
                for each in stack["canaries"]}
        paused = {(route, signal, None, f"paused by maintenance until {self.end}")
                  for route, signal in ROUTES | {("stdout", "logs")} if signal == "logs"}
        others = {(route, signal, "visible", "") for route, signal in ROUTES if signal != "logs"}
        self.assertEqual(seen, paused | others | {("scrape", "metrics", None, "only a daemon can write there")})
        self.assertFalse([each for each in stack["criteria"]
                          if each["criterion"].startswith("canary/") and "/logs " in each["criterion"]])

    def test_a_daemon_writes_nothing_that_is_paused_until_the_window_is_gone(self):
        sandbox = self.start_in_maintenance("{ interval: 5s }")
        daemon = self.start_daemon(sandbox.config, "--web.enable-lifecycle")

        def visible(metrics, signal):
            return metrics.all("lgtmwatch_canary_outcomes_total", outcome="visible", signal=signal)
        paused = daemon.wait_for_metrics(lambda now: min(visible(now, "metrics") + visible(now, "traces")) >= 2,
                                         what="two canaries of every other route are visible")
        self.assertEqual(set(paused.all("lgtmwatch_canary_written_total", signal="logs")), {0})
        self.assertEqual(paused.one("lgtmwatch_maintenance_active", signal="logs"), 1)
        self.assertEqual(paused.one("lgtmwatch_maintenance_active", signal="traces"), 0)
        self.assertIn(f"In maintenance until {self.end} (logs); canaries are paused",
                      harness.http_request(daemon.url + "/")[1])

        sandbox.config.write_text(self.without)
        self.assertEqual(harness.http_request(daemon.url + "/-/reload", "POST"), (200, ""))
        gone = daemon.wait_for_metrics(lambda now: min(visible(now, "logs")) >= 1, what="logs are written again")
        self.assertEqual(gone.all("lgtmwatch_maintenance_active", stack="sandbox"), [0, 0, 0])
