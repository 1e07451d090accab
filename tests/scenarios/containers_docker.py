"""What the real Docker engine tells of containers of our own: environment, state, health log, log driver."""
import os
import re

import harness
from docker_engine import SOCKET, WithDocker

SHELL, SLEEP = "/bin/sh", "/bin/sleep"
WRITES = (SHELL, "-c", "while true; do echo a line; sleep 1; done")


class RealEngine(WithDocker):
    """What the classes below share; has no test of its own."""

    def setUp(self):
        super().setUp()
        self.image = self.make_image(SHELL, SLEEP)
        self.network = self.make_network()
        self.name = f"lgtmwatch-scenario-app-{os.getpid()}"

    def run_application(self, *flags, name=None, command=("/sandbox",)):
        return self.run_container("--name", name or self.name, "--network", self.network, *flags, self.image, *command)

    def verify_with(self, fault, socket=f"unix://{SOCKET}", neighbour=False):
        """The findings of a stack whose source is our container; with a neighbour whose lines are read."""
        sandbox = self.start_sandbox(fault)
        text = re.sub(r"docker: \{ socket: .* \}", f"docker: {{ socket: {socket} }}", sandbox.config.read_text())
        if neighbour:
            text = text.replace("    sources:\n", "    sources:\n      - name: neighbour\n        logs: { receiver: docker, "
                                "max_age: 1m, selector: '{service_name=\"scanium-backend\",container=\"\"}' }\n")
        text = text.replace("- name: scanium-backend\n", f"- name: scanium-backend\n        container: {self.name}\n")
        text = text.replace("{ receiver: docker, max_age: 1m }",
                            '{ receiver: docker, max_age: 1m, selector: \'{container="scanium-backend"}\' }')
        sandbox.config.write_text(text)
        return self.verify_json(sandbox.config, "--timeout=15s")[1]["findings"]

    def only(self, findings, cause):
        self.assertEqual([finding["cause"] for finding in findings], [cause])
        return findings[0]


class ContainersOfTheRealEngineScenario(RealEngine):
    def test_an_environment_that_sends_to_localhost(self):
        self.run_application("-e", "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318", "-e", "SECRET_KEY=hush")
        finding = self.only(self.verify_with("source-silent"), "otlp-localhost-in-container")
        self.assertIn("Config.Env has OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318", finding["evidence"][0])
        self.assertNotIn("hush", str(finding))

    def test_a_container_that_was_stopped(self):
        container = self.run_application()
        self.docker("kill", container)
        finding = self.only(self.verify_with("source-silent"), "source-container-dead")
        self.assertIn("exited with code 137", finding["summary"])

    def test_a_container_that_is_not_there(self):
        finding = self.only(self.verify_with("source-silent"), "source-container-dead")
        self.assertIn(f"its container {self.name} is not there", finding["summary"])

    def test_a_log_driver_that_keeps_nothing(self):
        self.run_application("--log-driver", "none")
        findings = self.verify_with("docker-log-driver-unreadable")
        self.assertIn("docker-log-driver-unreadable", [finding["cause"] for finding in findings])

    def test_a_health_check_whose_tool_is_not_in_the_image(self):
        self.run_application()
        loki = self.run_application("-p", "127.0.0.1::3100", "--health-cmd", "wget -q http://localhost/ready",
                                    "--health-interval", "1s", "--health-retries", "1",
                                    name=f"lgtmwatch-scenario-loki-{os.getpid()}")
        harness.wait_until(lambda: self.docker("inspect", "--format", "{{.State.Health.Status}}", loki) == "unhealthy",
                           what="the engine calls it unhealthy")
        finding = self.only(self.verify_with("healthcheck-tool-missing:loki"), "healthcheck-tool-missing")
        self.assertEqual((finding["subject"], finding["severity"]), ("loki", "info"))


class LinesOfTheRealEngineScenario(RealEngine):
    def newest_line(self):
        return self.docker("logs", "--timestamps", "--tail", "1", self.name).split(" ", 1)[0]

    def unread(self, findings):
        """One look cannot tell a tail that stalled from one that did not go on after a start, and says so."""
        finding = self.only(findings, "docker-tail-stalled-one-container")
        self.assertIn("docker-container-restart-not-resumed", finding["alternatives"])
        return finding

    def test_lines_that_loki_does_not_have_since_a_restart(self):
        container = self.run_application(command=WRITES)
        self.docker("restart", "-t", "0", container)
        harness.wait_until(lambda: self.newest_line() > self.docker("inspect", "-f", "{{.State.StartedAt}}", container),
                           what="it has written since its restart")
        finding = self.unread(self.verify_with("docker-tail-stalled-one-container", neighbour=True))
        shown = re.search(r"its newest line is of (\S+)", finding["evidence"][0]).group(1)
        self.assertRegex(shown, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertLessEqual(shown[:19], self.newest_line()[:19])
        self.assertNotIn("a line", str(finding))

    def test_lines_behind_a_terminal_are_dated_too(self):
        self.run_application("-t", command=WRITES)
        harness.wait_until(self.newest_line, what="it has written")
        self.unread(self.verify_with("docker-tail-stalled-one-container", neighbour=True))

    def test_a_container_that_writes_nothing_is_not_one_that_nobody_reads(self):
        self.run_application(command=(SLEEP, "600"))
        findings = self.verify_with("app-logs-not-on-stdout", neighbour=True)
        self.assertNotIn("docker-tail-stalled-one-container", [finding["cause"] for finding in findings])
        self.assertNotIn("docker-container-restart-not-resumed", [finding["cause"] for finding in findings])

    def test_two_containers_with_one_alias(self):
        self.run_application("-e", "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318")
        for number in (1, 2):
            self.run_application("--network-alias", "collector", name=f"lgtmwatch-scenario-c{number}-{os.getpid()}")
        finding = self.only(self.verify_with("duplicate-network-alias"), "duplicate-network-alias")
        self.assertEqual(finding["subject"], "collector")

    def test_a_proxy_that_only_reads_is_enough(self):
        url, refused = self.read_only_proxy()
        self.run_application(command=WRITES)
        harness.wait_until(self.newest_line, what="it has written")
        finding = self.unread(self.verify_with("docker-tail-stalled-one-container", socket=url, neighbour=True))
        self.assertIn(f"curl '{url}/containers/", finding["evidence"][0])
        self.assertEqual(refused, [])
