"""verify on the stand-in stack with one fault: exit code, cause and a sentence that names it, as text and as JSON."""
import re

import harness


class OneFault(harness.Scenario):
    """What the classes below share; has no test of its own."""

    def assert_finding(self, fault, code, cause, *telling):
        """verify exits with the code, and its only finding has the cause and the telling parts in its sentence."""
        sandbox = self.start_sandbox(fault)
        done = self.verify(sandbox.config)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        findings = done.stdout.partition("\nfindings\n")[2]
        sentence = re.search(r"^  1\. (.*)$", findings, re.M).group(1)
        self.assertRegex(findings, rf"(?m)^     cause +{cause} at stage ")
        self.assertNotIn("\n  2. ", findings, "only the root cause is a finding")

        code_of_json, stack = self.verify_json(sandbox.config)
        self.assertEqual(code_of_json, code)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], [cause])
        finding = stack["findings"][0]
        self.assertTrue(finding["remedy"], "a finding says how it is mended")
        self.assertTrue(finding["evidence"], "a finding shows what was seen")
        for part in telling:
            self.assertIn(part, sentence)
            self.assertIn(part, finding["summary"])
        return stack


class CountedFault(harness.Scenario):
    """Faults that only counters tell, which verify reads twice; has no test of its own."""

    def assert_counted(self, fault, code, cause, stage, signals, *telling):
        sandbox = self.start_sandbox(fault)
        done = self.verify(sandbox.config, "--timeout=60s")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")
        findings = done.stdout.partition("\nfindings\n")[2]
        self.assertRegex(findings, rf"(?m)^     cause +{cause} at stage {stage} ", done.stdout)
        self.assertNotIn("\n  2. ", findings, "only the root cause is a finding")
        sentence = re.search(r"^  1\. (.*)$", findings, re.M).group(1)
        for part in telling:
            self.assertIn(part, sentence)
        states = dict(re.findall(r"^  (metrics|logs|traces) +(\w+)$", done.stdout, re.M))
        self.assertEqual(states, {"metrics": "healthy", "logs": "healthy", "traces": "healthy", **signals})
        return findings


class VerifyExportersScenario(CountedFault):
    def test_an_exporter_that_cannot_connect_to_a_backend_that_is_well(self):
        self.assert_counted("exporter-unreachable-retrying:tempo", 1, "exporter-unreachable-retrying", "export",
                            {"traces": "broken"}, "Alloy 'gateway' cannot deliver to Tempo at 127.0.0.1:",
                            "otelcol.exporter.otlp.tempo of traces: sent 0", "attempts end with UNAVAILABLE")

    def test_a_remote_write_that_cannot_connect(self):
        self.assert_counted("exporter-unreachable-retrying:mimir", 1, "exporter-unreachable-retrying", "export",
                            {"metrics": "broken"}, "cannot deliver to Mimir at http://",
                            "prometheus.remote_write.mimir of metrics: sent 0", "samples pending")

    def test_a_full_queue_drops_while_senders_get_success(self):
        self.assert_counted("exporter-queue-full-drop:tempo", 1, "exporter-queue-full-drop", "export",
                            {"traces": "broken"}, "drops telemetry: the queue to Tempo", "queue 2 of 2", ", dropped ")

    def test_a_queue_that_is_nearly_full_is_told_before_it_drops(self):
        self.assert_counted("exporter-queue-filling:tempo", 0, "exporter-queue-filling", "export",
                            {"traces": "degraded"}, "sends less than it takes in: the queue to Tempo",
                            "queue 4 of 5 (4 in the reading before)")

    def test_a_dead_backend_explains_its_exporter(self):
        findings = self.assert_counted("backend-down:tempo", 1, "backend-down", "ingest", {"traces": "broken"},
                                       "Tempo is down")
        self.assertIn("exporter-unreachable-retrying: otelcol.exporter.otlp.tempo of traces: sent 0", findings)


class VerifyProcessorsAndScrapersScenario(CountedFault):
    def test_a_memory_limiter_refuses_what_an_empty_export_does_not_show(self):
        everything = {"metrics": "broken", "logs": "broken", "traces": "broken"}
        self.assert_counted("memory-limiter-refusing", 1, "memory-limiter-refusing", "process", everything,
                            "refuses telemetry because its memory limiter otelcol.processor.memory_limiter.m")

    def test_an_output_that_is_wired_to_nowhere(self):
        self.assert_counted("wired-to-nowhere:logs", 1, "wired-to-nowhere", "process", {"logs": "broken"},
                            "logs of otelcol.receiver.otlp.backend leads to no exporter")

    def test_a_scraper_without_targets(self):
        self.assert_counted("scraper-tails-nothing", 0, "scraper-tails-nothing", "receive", {"logs": "degraded"},
                            "the scraper docker has no targets and tails nothing")

    def test_a_file_that_is_not_there(self):
        findings = self.assert_counted("file-target-matches-nothing", 0, "file-target-matches-nothing", "receive",
                                       {"logs": "degraded"}, "the scraper app-files matches no file: /var/log/app/a.log")
        self.assertIn("/api/v0/web/components/loki.source.file.files", findings)

    def test_a_scraper_whose_discovery_cannot_ask_docker(self):
        self.assert_counted("docker-socket-missing-or-denied", 0, "docker-socket-missing-or-denied", "receive",
                            {"logs": "degraded"}, "has no targets, and Alloy cannot ask Docker for containers")


class VerifyQueriesScenario(OneFault):
    def assert_unqueryable(self, fault, cause, signal, *telling):
        stack = self.assert_finding(fault, 1, cause, *telling)
        self.assertEqual(stack["findings"][0]["stage"], "query")
        self.assertEqual([each for each, state in stack["signals"].items() if state == "broken"], [signal])
        self.assertTrue(any("Grafana's datasource" in each for each in stack["findings"][0]["consequences"]))

    def test_a_search_of_tempo_that_fails(self):
        self.assert_unqueryable("tempo-search-broken-by-id-works", "tempo-search-broken-by-id-works", "traces",
                                "Tempo's search fails", "failed to open block")

    def test_a_loki_with_too_many_queries(self):
        self.assert_unqueryable("loki-too-many-outstanding", "loki-too-many-outstanding", "logs",
                                "too many wait already", "too many outstanding requests")

    def test_a_query_over_a_limit(self):
        self.assert_unqueryable("query-limits-or-timeout:loki", "query-limits-or-timeout", "logs",
                                "Loki refuses a query over a limit", "maximum number of series (500)")
        self.assert_unqueryable("query-limits-or-timeout:mimir", "query-limits-or-timeout", "metrics",
                                "Mimir refuses a query over a limit", "maximum number of series")


class VerifyDiscardsScenario(CountedFault):
    def test_loki_over_its_rate_limit(self):
        findings = self.assert_counted("loki-rate-limited", 1, "loki-rate-limited", "ingest", {"logs": "broken"},
                                       "Loki refuses logs over the tenant's rate limit", "discarded as rate_limited")
        self.assertIn("attempts end with 429", findings)

    def test_loki_that_is_blocked_and_says_success(self):
        self.assert_counted("loki-ingestion-blocked-2xx", 1, "loki-ingestion-blocked-2xx", "ingest", {"logs": "broken"},
                            "Loki has blocked the tenant and keeps nothing", "discarded as blocked_ingestion")

    def test_tempo_that_drops_over_a_limit_and_says_success(self):
        self.assert_counted("tempo-silent-limit-drop", 0, "tempo-silent-limit-drop", "ingest", {"traces": "degraded"},
                            "Tempo throws traces away over a limit", "discarded as live_traces_exceeded")

    def test_mimir_over_its_limit_of_series(self):
        findings = self.assert_counted("mimir-series-limit", 0, "mimir-series-limit", "ingest",
                                       {"metrics": "degraded"}, "Mimir refuses new series over the tenant's limit")
        self.assertIn("prometheus.remote_write.mimir of metrics", findings)


class VerifyEmptyBackendsScenario(OneFault):
    def test_mimir_with_the_stacks_own_jobs_only_is_broken(self):
        stack = self.assert_finding("mimir-only-stack-jobs", 1, "mimir-only-stack-jobs",
                                    "Mimir holds only the stack's own jobs", "no metric of an application")
        self.assertEqual(stack["signals"], {"metrics": "broken", "logs": "healthy", "traces": "healthy"})

    def test_loki_without_labels_is_broken(self):
        stack = self.assert_finding("loki-without-labels", 1, "loki-without-labels", "Loki has no labels")
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "broken", "traces": "healthy"})

    def test_tempo_without_services_is_broken(self):
        stack = self.assert_finding("tempo-without-services", 1, "tempo-without-services", "Tempo has no services")
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "healthy", "traces": "broken"})


class VerifyReceiversScenario(OneFault):
    def test_a_receiver_that_does_not_listen_is_named(self):
        stack = self.assert_finding("alloy-receiver-not-listening:backend", 1, "alloy-receiver-not-listening",
                                    "receiver backend is closed", "metrics, logs, traces", "refused the connection")
        self.assertEqual(stack["findings"][0]["subject"], "backend")

    def test_a_receiver_that_hangs_is_named(self):
        self.assert_finding("receiver-hung:backend", 1, "receiver-hung", "receiver backend hangs", "no answer")

    def test_a_receiver_on_the_grpc_port_is_named(self):
        self.assert_finding("otlp-grpc-http-port-mixup:backend", 1, "otlp-grpc-http-port-mixup",
                            "receiver backend does not speak OTLP/HTTP", "speaks HTTP/2 (gRPC)")

    def test_a_receiver_that_takes_no_logs_is_named_with_the_signal(self):
        stack = self.assert_finding("otlp-signal-not-wired:backend/logs", 1, "otlp-signal-not-wired",
                                    "receiver backend", ": logs)", "/v1/logs answered 404")
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "broken", "traces": "healthy"})
        self.assertEqual(stack["findings"][0]["signal"], "logs")


class VerifyGrpcReceiverScenario(OneFault):
    """What may be wrong with an OTLP/gRPC port, each with its own sentence."""

    def assert_told(self, fault, cause, *telling):
        return self.assert_finding(f"{fault}:mobile-grpc", 1, cause, "receiver mobile-grpc", "OTLP/gRPC on port", *telling)

    def test_a_port_on_which_nothing_listens_is_closed(self):
        self.assert_told("alloy-receiver-not-listening", "alloy-receiver-not-listening", "is closed",
                         "refused the connection")

    def test_a_port_that_never_answers_hangs(self):
        self.assert_told("receiver-hung", "receiver-hung", "hangs: it takes connections and does not answer",
                         "no answer from", "waited for the first byte")

    def test_a_port_that_speaks_http_is_the_wrong_one(self):
        self.assert_told("otlp-grpc-http-port-mixup", "otlp-grpc-http-port-mixup", "does not speak OTLP/gRPC",
                         "speaks HTTP/1.1 where gRPC (HTTP/2) is expected")

    def test_a_port_that_expects_tls_is_named(self):
        self.assert_told("otlp-tls-mismatch-source", "otlp-tls-mismatch-source", "expects TLS")

    def test_tls_that_meets_a_port_without_it_is_named(self):
        sandbox = self.start_sandbox()
        text = sandbox.config.read_text()
        address = sandbox.addresses["receivers"]["mobile-grpc"].removeprefix("http://")
        sandbox.config.write_text(text.replace(f'endpoint: "{address}"', f'endpoint: "https://{address}"'))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["otlp-tls-mismatch-source"])
        self.assertIn(f"{address} does not speak TLS", stack["findings"][0]["summary"])

    def test_a_name_that_does_not_resolve_is_named(self):
        sandbox = self.start_sandbox()
        text = sandbox.config.read_text()
        address = sandbox.addresses["receivers"]["mobile-grpc"].removeprefix("http://")
        sandbox.config.write_text(text.replace(f'endpoint: "{address}"', "endpoint: alloy.invalid:4317"))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["receiver-name-not-resolved"])
        self.assertEqual(stack["findings"][0]["stage"], "network")

    def test_a_signal_that_is_not_wired_is_named_alone(self):
        stack = self.assert_finding("otlp-signal-not-wired:mobile-grpc/logs", 1, "otlp-signal-not-wired",
                                    "receiver mobile-grpc does not take every signal", "logs): ", "UNIMPLEMENTED")
        self.assertEqual(stack["findings"][0]["signal"], "logs")

    def test_a_receiver_that_refuses_everything_is_refusing(self):
        self.assert_told("receiver-refusing", "receiver-refusing", "refuses even an empty export", "UNAVAILABLE",
                         "the receiver is overloaded")


class VerifyPushReceiversScenario(OneFault):
    def test_a_loki_push_port_that_is_closed_is_named(self):
        self.assert_finding("alloy-receiver-not-listening:logs-push", 1, "alloy-receiver-not-listening",
                            "receiver logs-push is closed", "Loki push on port", "logs")

    def test_a_remote_write_port_that_hangs_is_named(self):
        self.assert_finding("receiver-hung:metrics-write", 1, "receiver-hung", "receiver metrics-write hangs",
                            "remote write on port", "metrics")

    def test_a_loki_push_port_that_expects_tls_is_named(self):
        self.assert_finding("otlp-tls-mismatch-source:logs-push", 1, "receiver-tls-mismatch",
                            "receiver logs-push expects TLS")

    def test_a_path_that_is_not_known_is_named(self):
        sandbox = self.start_sandbox()
        sandbox.config.write_text(sandbox.config.read_text().replace("/api/v1/metrics/write", "/api/v1/push"))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["push-path-wrong"])
        self.assertIn("/api/v1/metrics/write", stack["findings"][0]["remedy"][0])


class VerifyDeadBackendsScenario(OneFault):
    def test_loki_that_refuses_connections_is_down(self):
        stack = self.assert_finding("backend-down:loki", 1, "backend-down", "Loki is down", "refused the connection")
        consequences = "\n".join(stack["findings"][0]["consequences"])
        self.assertIn("scanium-backend/logs@backend", consequences)
        self.assertIn("scanium-backend/logs@docker", consequences)

    def test_tempo_that_refuses_connections_is_down(self):
        self.assert_finding("backend-down:tempo", 1, "backend-down", "Tempo is down", "refused the connection")

    def test_mimir_that_refuses_connections_is_down(self):
        self.assert_finding("backend-down:mimir", 1, "backend-down", "Mimir is down", "refused the connection")

    def test_loki_that_never_answers_hangs(self):
        self.assert_finding("backend-hung:loki", 1, "backend-hung", "Loki hangs", "no answer from", "within 2s")

    def test_tempo_that_never_answers_hangs(self):
        self.assert_finding("backend-hung:tempo", 1, "backend-hung", "Tempo hangs", "no answer from", "within 2s")

    def test_mimir_that_never_answers_hangs(self):
        self.assert_finding("backend-hung:mimir", 1, "backend-hung", "Mimir hangs", "no answer from", "within 2s")


class VerifyAlloyScenario(OneFault):
    def test_an_alloy_that_refuses_connections_is_down_and_its_receivers_follow(self):
        stack = self.assert_finding("alloy-down-or-crashloop", 1, "alloy-down-or-crashloop", "Alloy 'gateway' is down")
        consequences = "\n".join(stack["findings"][0]["consequences"])
        self.assertIn("receiver backend", consequences)
        self.assertIn("receiver mobile-http", consequences)

    def test_an_alloy_that_never_answers_hangs(self):
        self.assert_finding("alloy-hung", 1, "alloy-hung", "Alloy 'gateway' hangs", "no answer from")

    def test_a_rejected_reload_is_degraded_which_is_no_failure(self):
        stack = self.assert_finding("alloy-reload-rejected", 0, "alloy-reload-rejected",
                                    "Alloy 'gateway' rejected its last configuration")
        self.assertEqual(stack["state"], "degraded")

    def test_a_rejected_reload_names_the_unhealthy_component(self):
        stack = self.assert_finding("alloy-reload-rejected:component", 0, "alloy-reload-rejected", "rejected")
        self.assertRegex("\n".join(stack["findings"][0]["evidence"]), "otelcol.exporter.otlp.tempo: unhealthy, decoding.*endpiont")

    def test_a_rejected_reload_fails_where_degraded_is_to_fail(self):
        sandbox = self.start_sandbox("alloy-reload-rejected")
        self.assertEqual(self.verify(sandbox.config, "--fail-on=degraded").returncode, 1)
        self.assertEqual(self.verify(sandbox.config, "--fail-on=broken").returncode, 0)


class VerifySilentSourcesScenario(OneFault):
    def test_an_application_that_stopped_sending_is_silent_in_one_finding(self):
        stack = self.assert_finding("source-silent", 1, "source-silent", "scanium-backend is silent", "scanium-backend/metrics@backend: ",
                                    "while scanium-backend/logs@docker arrives")
        self.assertEqual(set(stack["signals"].values()), {"broken"})

    def test_an_application_without_metrics_is_silent_in_metrics_alone(self):
        stack = self.assert_finding("source-silent:metrics", 1, "source-silent", "scanium-backend/metrics@backend is silent",
                                    "expected within 1m")
        self.assertEqual(stack["signals"], {"metrics": "broken", "logs": "healthy", "traces": "healthy"})

    def test_an_application_without_traces_but_with_the_rest_does_not_sample_them(self):
        stack = self.assert_finding("source-silent:traces", 1, "otlp-disabled-or-sampled-out",
                                    "scanium-backend/traces@backend is silent", "expected within 1m15s")
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "healthy", "traces": "broken"})

    def test_logs_that_come_through_the_container_only_are_not_exported(self):
        stack = self.assert_finding("app-logger-not-exported", 1, "app-logger-not-exported",
                                    "scanium-backend exports no log records through backend",
                                    "scanium-backend/logs@docker")
        fresh = {(source["signal"], source["receiver"]): source["fresh"] for source in stack["sources"]}
        self.assertEqual(fresh[("logs", "backend")], False)
        self.assertEqual(fresh[("logs", "docker")], True)


class VerifyTenantsScenario(OneFault):
    def assert_unknown(self, backend, never, signal):
        stack = self.assert_finding(f"watcher-tenant-missing:{backend.lower()}", 3, "watcher-tenant-missing",
                                    f"{backend} does not let lgtmwatch read", "no org id", "is unknown")
        self.assertEqual(stack["state"], "unknown")
        self.assertEqual(stack["signals"][signal], "unknown")
        self.assertNotIn(never, str(stack))

    def test_tempo_that_asks_for_a_tenant_is_unknown_and_not_without_services(self):
        self.assert_unknown("Tempo", "no services", "traces")

    def test_loki_that_asks_for_a_tenant_is_unknown_and_not_without_labels(self):
        self.assert_unknown("Loki", "no labels", "logs")

    def test_mimir_that_asks_for_a_tenant_is_unknown_and_not_without_applications(self):
        self.assert_unknown("Mimir", "only the stack's own jobs", "metrics")

    def test_the_tenant_in_the_configuration_mends_it(self):
        sandbox = self.start_sandbox("watcher-tenant-missing:tempo")
        text = sandbox.config.read_text()
        with_tenant = self.write("tenant.yaml", text.replace("  - name: sandbox\n",
                                                             "  - name: sandbox\n    tenant: shop\n"))
        self.assertNotEqual(with_tenant.read_text(), text)
        self.assertEqual(self.verify(with_tenant).returncode, 0)


class VerifyNamesScenario(harness.Scenario):
    def verify_names(self, components):
        stack = "".join(f"    {name}: {{ url: http://{name}.hung.test:80 }}\n" for name in components)
        config = self.write("names.yaml", f"defaults: {{ interval: 5s, timeout: 1s }}\nstacks:\n  - name: shop\n{stack}")
        return self.verify(config, environment=harness.HUNG_NAMES, seconds=20)

    def test_a_name_that_is_looked_up_for_ever_is_no_hung_loki(self):
        done = self.verify_names(["loki"])
        self.assertIn("the name 'loki.hung.test' was not resolved in time", done.stdout)
        self.assertNotIn("Loki hangs", done.stdout)
        self.assertNotEqual(done.returncode, 0)

    def test_names_that_are_all_looked_up_for_ever_are_lgtmwatchs_own_trouble(self):
        done = self.verify_names(["loki", "tempo", "mimir"])
        self.assertIn("cause        watcher-not-on-network at stage watch", done.stdout)
        self.assertIn("lgtmwatch has no way to any of the 3 components", done.stdout)
        self.assertEqual(done.returncode, 3, done.stdout)


class VerifyReadinessScenario(OneFault):
    def test_a_loki_that_is_not_ready_is_degraded(self):
        sandbox = self.start_sandbox("backend-not-ready:loki")
        code, stack = self.verify_json(sandbox.config, "--timeout=5s")
        self.assertEqual(code, 0, stack)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["backend-not-ready"])
        self.assertIn("Loki says that it is not ready", stack["findings"][0]["summary"])
        self.assertEqual(self.verify(sandbox.config, "--timeout=5s", "--fail-on=degraded").returncode, 1)

    def test_waiting_for_readiness_makes_no_source_look_silent(self):
        sandbox = self.start_sandbox("backend-not-ready:loki")
        sandbox.config.write_text(sandbox.config.read_text().replace("max_age: 1m", "max_age: 8s"))
        code, stack = self.verify_json(sandbox.config, "--timeout=16s")
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["backend-not-ready"])
        self.assertEqual(code, 0, stack)

    def test_a_loki_that_becomes_ready_is_waited_for(self):
        sandbox = self.start_sandbox()
        asked = []

        def answer(path):
            if path == "/ready":
                asked.append(path)
                if len(asked) < 3:
                    return 503, "text/plain", b"Ingester not ready: waiting for 15s after being ready\n"
            status, body = harness.http_request(sandbox.addresses["loki"] + path)
            return status, "application/json", body.encode()
        late = self.serve(answer)
        sandbox.config.write_text(sandbox.config.read_text().replace(sandbox.addresses["loki"], late.url))
        code, stack = self.verify_json(sandbox.config, "--timeout=60s")
        self.assertEqual(code, 0, stack["findings"])
        self.assertGreaterEqual(len(asked), 3)
        self.assertEqual(stack["state"], "healthy")
