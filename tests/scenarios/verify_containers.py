"""What the Docker engine tells of containers, on the stand-in stack: each fault by its cause, and nothing while all is well."""
import harness


class Containers(harness.Scenario):
    """What the classes below share; has no test of its own."""

    def verify_with(self, *faults):
        sandbox = self.start_sandbox(*faults)
        return self.verify_json(sandbox.config, "--timeout=15s")

    def assert_only(self, fault, code, cause, stage, *telling):
        """verify exits with the code, and its only finding has the cause, the stage and the telling parts."""
        told, stack = self.verify_with(fault)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], [cause])
        finding = stack["findings"][0]
        self.assertEqual((told, finding["stage"]), (code, stage))
        for part in telling:
            self.assertIn(part, finding["summary"] + "\n" + "\n".join(finding["remedy"]))
        self.assertIn("curl", finding["evidence"][0])
        return finding


class VerifyContainersScenario(Containers):
    def test_containers_that_are_well_are_no_finding(self):
        self.assertEqual(self.verify_with()[1]["findings"], [])

    def test_an_application_that_sends_to_localhost(self):
        finding = self.assert_only("otlp-localhost-in-container", 1, "otlp-localhost-in-container", "source",
                                   "scanium-backend is silent", "sends OTLP to localhost",
                                   "OTEL_EXPORTER_OTLP_ENDPOINT=http://scanium-alloy:")
        self.assertEqual(finding["alternatives"], [])
        self.assertNotIn("SECRET", "\n".join(finding["evidence"]))

    def test_an_application_on_another_network(self):
        self.assert_only("docker-no-shared-network", 1, "docker-no-shared-network", "network",
                         "shares no network with Alloy's container scanium-alloy", "docker network connect ")

    def test_an_application_that_was_killed(self):
        self.assert_only("source-container-dead", 1, "source-container-dead", "source",
                         "exited with code 137, killed for want of memory")

    def test_an_application_that_samples_everything_out(self):
        finding = self.assert_only("otlp-disabled-or-sampled-out", 1, "otlp-disabled-or-sampled-out", "source",
                                   "OTEL_TRACES_SAMPLER=always_off")
        self.assertEqual(finding["signal"], "traces")

    def test_a_container_that_is_unhealthy_only_for_want_of_wget(self):
        told, stack = self.verify_with("healthcheck-tool-missing:loki")
        self.assertEqual([(each["cause"], each["severity"], each["subject"]) for each in stack["findings"]],
                         [("healthcheck-tool-missing", "info", "loki")])
        self.assertEqual((told, stack["state"]), (0, "healthy"))

    def test_two_containers_with_the_name_of_alloy(self):
        told, stack = self.verify_with("duplicate-network-alias")
        self.assertEqual([(each["cause"], each["stage"], each["subject"]) for each in stack["findings"]],
                         [("duplicate-network-alias", "network", "scanium-alloy")])
        self.assertEqual((told, stack["state"]), (0, "healthy"))

    def test_a_docker_engine_that_cannot_be_asked(self):
        told, stack = self.verify_with("watcher-docker-socket-lost")
        self.assertEqual([(each["cause"], each["severity"]) for each in stack["findings"]],
                         [("watcher-docker-socket-lost", "warning")])
        self.assertEqual((told, stack["state"]), (0, "healthy"))


class VerifyContainerLogsScenario(Containers):
    def test_lines_that_docker_has_and_loki_has_not(self):
        for fault, stage, telling in (
                ("docker-tail-stalled-one-container", "receive", "does not read scanium-backend any more"),
                ("docker-container-restart-not-resumed", "receive", "since it was started")):
            with self.subTest(fault):
                self.assert_only(fault, 1, fault, stage, telling)

    def test_one_refused_stream_that_holds_up_all_others(self):
        told, stack = self.verify_with("loki-write-head-of-line-block")
        self.assertEqual([(each["cause"], each["stage"]) for each in stack["findings"]],
                         [("loki-write-head-of-line-block", "export")])
        self.assertIn("holds up loki.write.loki", stack["findings"][0]["summary"])
        self.assertEqual(told, 1)

    def test_an_application_that_writes_no_line(self):
        finding = self.assert_only("app-logs-not-on-stdout", 1, "app-logs-not-on-stdout", "source",
                                   "Docker has no line of it", "PYTHONUNBUFFERED=1")
        self.assertEqual(finding["alternatives"], [])

    def test_a_version_of_the_api_that_docker_refuses(self):
        stack = self.verify_with("docker-api-version-mismatch")[1]
        finding = stack["findings"][0]
        self.assertEqual([each["cause"] for each in stack["findings"]], ["docker-api-version-mismatch"])
        self.assertEqual((finding["stage"], finding["alternatives"]), ("receive", []))
        self.assertIn("client version 1.43 is too old", "\n".join(finding["evidence"]))

    def test_a_source_that_does_not_get_through_to_alloy(self):
        for fault, telling in (("port-published-loopback-only", "for the host itself only"),
                               ("ipv6-localhost", "which may mean ::1")):
            with self.subTest(fault):
                finding = self.assert_only(fault, 1, fault, "network", telling)
                self.assertEqual(finding["alternatives"], ["source-silent"])

    def test_an_application_that_may_dial_the_old_address_of_alloy(self):
        sandbox = self.start_sandbox()
        sandbox.set_fault("docker-stale-ip-after-recreate?since=5m")
        told, stack = self.verify_json(sandbox.config, "--timeout=15s")
        self.assertEqual([(each["cause"], each["stage"], each["alternatives"]) for each in stack["findings"]],
                         [("docker-stale-ip-after-recreate", "network", ["source-silent"])])
        self.assertEqual(told, 1)

    def test_lines_that_are_read_or_sent_again_are_no_finding(self):
        for fault in ("docker-positions-reset-reread", "docker-silent-container-resend"):
            with self.subTest(fault):
                self.assertEqual(self.verify_with(fault)[1]["findings"], [])
