"""What the real Docker engine tells of containers of our own: environment, state, health log, log driver."""
import os
import re

import harness
from docker_engine import WithDocker

SOCKET = "/var/run/docker.sock"


class ContainersOfTheRealEngineScenario(WithDocker):
    def setUp(self):
        super().setUp()
        self.image = self.make_image()
        self.network = self.make_network()
        self.name = f"lgtmwatch-scenario-app-{os.getpid()}"

    def run_application(self, *flags, name=None):
        return self.run_container("--name", name or self.name, "--network", self.network, *flags, self.image, "/sandbox")

    def verify_with(self, fault):
        """The findings of a stack whose source is our container."""
        sandbox = self.start_sandbox(fault)
        text = re.sub(r"docker: \{ socket: .* \}", f"docker: {{ socket: unix://{SOCKET} }}", sandbox.config.read_text())
        text = text.replace("- name: scanium-backend\n", f"- name: scanium-backend\n        container: {self.name}\n")
        text = text.replace("{ receiver: docker, max_age: 1m }",
                            '{ receiver: docker, max_age: 1m, selector: \'{container="scanium-backend"}\' }')
        sandbox.config.write_text(text)
        return self.verify_json(sandbox.config, "--timeout=15s")[1]["findings"]

    def only(self, findings, cause):
        self.assertEqual([finding["cause"] for finding in findings], [cause])
        return findings[0]

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
        loki = self.run_application("--health-cmd", "wget -q http://localhost/ready", "--health-interval", "1s",
                                    "--health-retries", "1", name=f"lgtmwatch-scenario-loki-{os.getpid()}")
        harness.wait_until(lambda: self.docker("inspect", "--format", "{{.State.Health.Status}}", loki) == "unhealthy",
                           what="the engine calls it unhealthy")
        finding = self.only(self.verify_with("healthcheck-tool-missing:loki"), "healthcheck-tool-missing")
        self.assertEqual((finding["subject"], finding["severity"]), ("loki", "info"))
