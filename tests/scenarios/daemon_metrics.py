"""The daemon on a healthy stand-in stack: every family of the contract that this version has, with true values."""
import math
import subprocess
import time

import harness

STATES = {"network", "receive", "process", "export", "ingest", "query", "source", "visualize"}
REASONS = {"dns", "refused", "unreachable", "reset", "timeout", "tls", "protocol", "http_status", "not_found", "auth",
           "tenant", "limit", "too_large", "parse", "mismatch", "internal"}
MEASUREMENTS = ["loki_labels", "tempo_services", "mimir_series", "mimir_jobs", "mimir_application_jobs",
                "datasource_healthy", "dashboard_panels", "alloy_components", "exporter_items_total", "exporter_queue_size",
                "exporter_queue_capacity", "scraper_targets", "scraper_entries_total", "backend_received_total",
                "backend_discarded_total"]
FAMILIES = ["stack_state", "signal_state", "stage_state", "criteria", "criteria_met", "findings", "component_up",
            "component_ready", "component_info", "endpoint_phase_seconds", "source_last_seen_timestamp_seconds",
            "source_fresh", "source_max_age_seconds", "receiver_up", "probe_success", "probe_duration_seconds",
            "probe_failures_total", "scrapes_total", "config_last_reload_successful",
            "config_last_reload_success_timestamp_seconds", "schedule_lag_seconds_bucket",
            "schedule_lag_seconds_count", "shard_ordinal", "total_shards", "discovered_stacks", "build_info"] + MEASUREMENTS
OVERWRITTEN_BY_A_SCRAPE = {"instance", "job", "pod", "namespace", "service", "endpoint", "container"}


class WatchedSandbox(harness.Scenario):
    """A daemon with a short interval on the stand-in stack; has no test of its own."""

    def watch(self, *faults, flags=()):
        self.sandbox = self.start_sandbox(*faults)
        self.sandbox.set_pace("1s", "500ms")
        self.daemon = self.start_daemon(self.sandbox.config, *flags)
        return self.daemon


class DaemonMetricsScenario(WatchedSandbox):
    def setUp(self):
        super().setUp()
        self.watch()

    def complete(self):
        """/metrics at a moment at which every probe has succeeded, but for those that wait a minute for their turn."""
        return self.daemon.wait_for_metrics(
            lambda metrics: metrics.all("lgtmwatch_stack_state") == [0]
            and all(labels["probe"].endswith(("_build_info", "_components")) or value == 1
                    for name, labels, value in metrics.samples if name == "lgtmwatch_probe_success")
            and all(metrics.all("lgtmwatch_" + name) for name in MEASUREMENTS))

    def test_promtool_has_no_complaint(self):
        for fault in (None, "grafana-ds-wrong-url:loki", "backend-down:loki"):
            with self.subTest(fault):
                if fault:
                    self.sandbox.set_fault(fault)
                    cause = fault.partition(":")[0]
                    text = self.daemon.wait_for_metrics(
                        lambda metrics: metrics.one("lgtmwatch_finding", cause=cause) == 1).text
                else:
                    text = self.complete().text
                checked = subprocess.run([harness.program("promtool"), "check", "metrics"], input=text,
                                         capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_every_family_is_there(self):
        metrics = self.complete()
        self.assertEqual([name for name in FAMILIES if not metrics.all("lgtmwatch_" + name)], [])
        self.assertEqual(metrics.all("lgtmwatch_finding"), [])
        for name in ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                     "process_start_time_seconds"):
            self.assertGreater(metrics.one(name), 0, name)

    def test_no_label_would_be_overwritten_and_no_value_is_nan(self):
        metrics = self.complete()
        self.assertGreater(len(metrics.samples), 100)
        for name, labels, value in metrics.samples:
            self.assertEqual(OVERWRITTEN_BY_A_SCRAPE & set(labels), set(), name)
            self.assertFalse(math.isnan(value), (name, labels))

    def test_the_rates_of_receivers_exporters_and_backends_follow_the_telemetry(self):
        def moved(metrics):
            items = [metrics.one("lgtmwatch_receiver_items_total", receiver="backend", signal=signal, result="accepted")
                     for signal in ("metrics", "logs", "traces")]
            sent = metrics.one("lgtmwatch_exporter_items_total", exporter="otelcol.exporter.otlp.tempo",
                               signal="traces", result="sent")
            received = [metrics.one("lgtmwatch_backend_received_total", component=backend)
                        for backend in ("loki", "tempo", "mimir")]
            return all(value or 0 for value in (*items, sent, *received,
                                               metrics.one("lgtmwatch_scraper_entries_total", receiver="docker")))
        self.complete()
        metrics = self.daemon.wait_for_metrics(moved)
        self.assertEqual(metrics.one("lgtmwatch_scraper_targets", receiver="docker"), 1)
        self.assertEqual(metrics.one("lgtmwatch_backend_discarded_total", component="loki", signal="logs"), 0)
        self.assertEqual(metrics.one("lgtmwatch_exporter_queue_capacity", exporter="otelcol.exporter.otlp.tempo"), 1000)

    def test_a_datasource_through_which_nothing_comes_back_is_not_healthy(self):
        healthy = "lgtmwatch_datasource_healthy"
        metrics = self.complete()
        self.assertEqual({labels["datasource"]: metrics.one(healthy, **labels) for labels in metrics.labels_of(healthy)},
                         {"loki": 1, "tempo": 1, "mimir": 1})
        self.sandbox.set_fault("grafana-ds-wrong-url:mimir")
        metrics = self.daemon.wait_for_metrics(lambda metrics: metrics.one(healthy, datasource="mimir") == 0)
        self.assertEqual([metrics.one(healthy, datasource=other) for other in ("loki", "tempo")], [1, 1])

    def test_the_verdict_is_healthy_everywhere(self):
        metrics = self.complete()
        self.assertEqual(metrics.one("lgtmwatch_stack_state", stack="sandbox"), 0)
        for signal in ("metrics", "logs", "traces"):
            self.assertEqual(metrics.one("lgtmwatch_signal_state", signal=signal), 0)
            self.assertEqual({labels["stage"] for labels in metrics.labels_of("lgtmwatch_stage_state")
                              if labels["signal"] == signal}, STATES)
        self.assertEqual(set(metrics.all("lgtmwatch_stage_state")), {0})
        self.assertEqual(metrics.one("lgtmwatch_criteria"), metrics.one("lgtmwatch_criteria_met"))
        for severity in ("critical", "warning", "info"):
            self.assertEqual(metrics.one("lgtmwatch_findings", severity=severity), 0)

    def test_the_figures_of_the_backends_are_what_these_say(self):
        metrics = self.complete()
        loki, tempo, mimir = (self.sandbox.addresses[name] for name in ("loki", "tempo", "mimir"))
        labels = harness.get_json(loki + "/loki/api/v1/labels")["data"]
        services = harness.get_json(tempo + "/api/v2/search/tag/resource.service.name/values")["tagValues"]
        jobs = harness.get_json(mimir + "/prometheus/api/v1/label/job/values")["data"]
        series = harness.get_json(mimir + "/api/v1/user_stats")["numSeries"]
        self.assertEqual(metrics.one("lgtmwatch_loki_labels"), len(labels))
        self.assertEqual(metrics.one("lgtmwatch_tempo_services"), len(services))
        self.assertEqual(metrics.one("lgtmwatch_mimir_jobs"), len(jobs))
        self.assertEqual(metrics.one("lgtmwatch_mimir_application_jobs"),
                         len(set(jobs) - {"alloy", "loki", "mimir", "tempo", "grafana", "lgtmwatch"}))
        self.assertEqual(metrics.one("lgtmwatch_mimir_series"), series)
        self.assertGreater(min(len(labels), len(services), len(jobs), series), 0)

    def test_the_components_of_alloy_are_counted_by_health(self):
        metrics = self.complete()
        own = harness.Metrics(harness.http_request(self.sandbox.addresses["alloy"] + "/metrics")[1])
        for health in ("healthy", "unhealthy", "unknown", "exited"):
            with self.subTest(health):
                wanted = sum(own.all("alloy_component_controller_running_components", health_type=health))
                self.assertEqual(metrics.one("lgtmwatch_alloy_components", alloy="gateway", health=health), wanted)
        self.assertGreater(metrics.one("lgtmwatch_alloy_components", health="healthy"), 0)

    def test_components_are_up_and_ready_with_their_version(self):
        self.daemon.wait_until_it_answers("/-/ready")  # versions are asked for every five minutes
        metrics = self.complete()
        alloy = harness.Metrics(harness.http_request(self.sandbox.addresses["alloy"] + "/metrics")[1])
        # The recorded Loki, Tempo and Mimir are builds that do not know their version.
        versions = {"loki": "unknown", "tempo": "unknown", "mimir": "unknown", "grafana": "9.2.0",
                    "alloy": alloy.labels_of("alloy_build_info")[0]["version"]}
        for component, version in versions.items():
            with self.subTest(component):
                address = self.sandbox.addresses[component].removeprefix("http://")
                self.assertEqual(metrics.one("lgtmwatch_component_up", component=component, address=address), 1)
                self.assertEqual(metrics.one("lgtmwatch_component_ready", component=component, address=address), 1)
                self.assertEqual(metrics.one("lgtmwatch_component_info", component=component, address=address,
                                             version=version), 1)
                self.assertLess(metrics.one("lgtmwatch_endpoint_phase_seconds", component=component, address=address,
                                            phase="first_byte"), 0.5)

    def test_sources_were_seen_within_their_age(self):
        metrics = self.complete()
        expected = {("metrics", "backend"): 60, ("logs", "backend"): 60, ("logs", "docker"): 60,
                    ("traces", "backend"): 75}
        for (signal, receiver), max_age in expected.items():
            with self.subTest(f"{signal}@{receiver}"):
                labels = {"source": "scanium-backend", "signal": signal, "receiver": receiver}
                self.assertEqual(metrics.one("lgtmwatch_source_max_age_seconds", **labels), max_age)
                self.assertEqual(metrics.one("lgtmwatch_source_fresh", **labels), 1)
                seen = metrics.one("lgtmwatch_source_last_seen_timestamp_seconds", **labels)
                self.assertLess(time.time() - seen, max_age)
                self.assertLessEqual(seen, time.time() + 1)
        self.assertEqual(len(metrics.all("lgtmwatch_source_fresh")), len(expected))

    def test_receivers_are_up_for_every_signal(self):
        metrics = self.complete()
        up = {(labels["receiver"], labels["signal"]) for labels in metrics.labels_of("lgtmwatch_receiver_up")}
        self.assertEqual(up, {(receiver, signal) for receiver in ("backend", "mobile-http", "mobile-grpc")
                              for signal in ("metrics", "logs", "traces")}
                         | {("logs-push", "logs"), ("metrics-write", "metrics")})
        self.assertEqual(set(metrics.all("lgtmwatch_receiver_up")), {1})

    def test_receivers_have_phases_of_their_own_addresses(self):
        metrics = self.complete()
        timed = {(labels["address"], labels["phase"]) for labels in metrics.labels_of("lgtmwatch_endpoint_phase_seconds")
                 if labels["component"] == "alloy"}
        for name, url in self.sandbox.addresses["receivers"].items():
            for phase in ("resolve", "connect", "first_byte", "read"):
                self.assertIn((url.removeprefix("http://"), phase), timed, name)

    def test_probes_have_success_and_duration_and_every_reason_from_the_start(self):
        self.daemon.wait_until_it_answers("/-/ready")
        metrics = self.complete()
        probes = [(labels["probe"], labels["target"]) for labels in metrics.labels_of("lgtmwatch_probe_success")]
        self.assertEqual(len(probes), len(set(probes)))
        self.assertEqual(len(metrics.all("lgtmwatch_probe_duration_seconds")), len(probes))
        for component in ("loki", "tempo", "mimir", "grafana", "alloy"):
            found = {labels["reason"] for labels in metrics.labels_of("lgtmwatch_probe_failures_total")
                     if labels["component"] == component}
            self.assertEqual(found, REASONS, component)

    def test_lgtmwatch_tells_of_itself(self):
        before = self.complete()
        after = self.daemon.metrics()
        self.assertEqual(after.one("lgtmwatch_scrapes_total"), before.one("lgtmwatch_scrapes_total") + 1)
        self.assertEqual(after.one("lgtmwatch_config_last_reload_successful"), 1)
        self.assertLess(time.time() - after.one("lgtmwatch_config_last_reload_success_timestamp_seconds"), 120)
        version = self.lgtmwatch("--version").stdout.split()[1]
        self.assertEqual(after.one("lgtmwatch_build_info", version=version), 1)
        self.assertEqual(after.one("lgtmwatch_schedule_lag_seconds_bucket", le="+Inf"),
                         after.one("lgtmwatch_schedule_lag_seconds_count"))
        self.assertGreater(after.one("lgtmwatch_schedule_lag_seconds_count"), 10)


class DaemonWebScenario(WatchedSandbox):
    def test_every_page_of_the_contract_answers(self):
        daemon = self.watch()
        daemon.wait_until_it_answers("/-/ready")
        for path, begin in (("/", "<!DOCTYPE html>"), ("/metrics", "# "), ("/-/healthy", "lgtmwatch is healthy"),
                            ("/-/ready", "lgtmwatch is ready")):
            with self.subTest(path):
                status, body = harness.http_request(daemon.url + path)
                self.assertEqual(status, 200)
                self.assertEqual(body[:len(begin)].lower(), begin.lower())
        self.assertEqual(harness.http_request(daemon.url + "/nope")[0], 404)
        self.assertIn(harness.http_request(daemon.url + "/-/reload", "POST")[0], (403, 405))

    def test_the_status_as_json_tells_the_same_as_verify(self):
        daemon = self.watch("loki-without-labels")
        daemon.wait_until_it_answers("/-/ready")

        def alike():
            shown = harness.get_json(daemon.url + "/api/v1/status")["stacks"][0]
            code, verified = self.verify_json(self.sandbox.config)
            is_same = (shown["state"], shown["score"]) == (verified["state"], verified["score"])
            return (shown, code, verified) if is_same else None
        stack, code, verified = harness.wait_until(alike, what="both give the same score, which a slow answer may spoil")
        self.assertEqual(code, 1)
        self.assertEqual(set(stack), set(verified))
        findings = harness.get_json(daemon.url + "/api/v1/findings")["findings"]
        self.assertEqual([finding["cause"] for finding in findings], ["loki-without-labels"])
        self.assertEqual(findings[0]["stack"], "sandbox")
        status, page = harness.http_request(daemon.url + "/")
        self.assertEqual(status, 200)
        self.assertIn("Loki has no labels", page)

    def test_each_probe_shows_its_last_questions_and_answers(self):
        daemon = self.watch()
        daemon.wait_until_it_answers("/-/ready")
        probes = harness.get_json(daemon.url + "/api/v1/probes/")["probes"]
        self.assertGreater(len(probes), 10)
        for probe in probes:
            with self.subTest(probe["id"]):
                shown = harness.get_json(daemon.url + "/api/v1/probes/" + probe["id"])
                self.assertEqual(shown["id"], probe["id"])
                exchanges = shown["last"]["exchanges"]
                if "/docker_lines/" in probe["id"]:  # lines of logs are not shown
                    self.assertEqual(exchanges, [])
                    continue
                for exchange in exchanges:
                    self.assertRegex(exchange["curl"], r"^(curl|grpcurl|printf .* \| curl) ")
                # Mimir's Alertmanager has no /metrics of its own: Mimir's is asked next.
                self.assertTrue(any(exchange["status"] in (200, 204) for exchange in exchanges), exchanges)
        self.assertEqual(harness.http_request(daemon.url + "/api/v1/probes/nope")[0], 404)

    def test_verdicts_are_there_before_any_probe_has_ended_and_are_unknown(self):
        sandbox = self.start_sandbox("backend-hung:loki", "backend-hung:tempo", "backend-hung:mimir", "alloy-hung")
        sandbox.set_pace("60s", "50s")
        daemon = self.start_daemon(sandbox.config)
        self.assertEqual(harness.http_request(daemon.url + "/-/ready")[0], 503)
        metrics = daemon.metrics()
        self.assertEqual(metrics.one("lgtmwatch_stack_state"), 1)
        self.assertEqual(metrics.all("lgtmwatch_signal_state"), [1, 1, 1])
        self.assertEqual(set(metrics.all("lgtmwatch_stage_state")), {1})
        self.assertEqual(metrics.all("lgtmwatch_findings"), [0, 0, 0])
        self.assertEqual(set(metrics.all("lgtmwatch_probe_success")), {0})
        for name in MEASUREMENTS + ["component_up", "receiver_up", "source_last_seen_timestamp_seconds"]:
            self.assertEqual(metrics.all("lgtmwatch_" + name), [], name)
