"""Canaries and the real Docker engine: an application that sends to its own localhost, and standard output as a route."""
import os
import re
import time

import harness
from docker_engine import APPLICATION_PORTS, WithDocker

SOCKET = "/var/run/docker.sock"


class CanaryFromAnApplicationsNetworkScenario(WithDocker):
    def setUp(self):
        super().setUp()
        self.image = self.make_image()
        network = self.make_network()
        alloy = self.run_container("--network", network, "--network-alias", "alloy", self.image, "/sandbox",
                                   "--listen.host=0.0.0.0", "--port.base=4310")
        self.application = self.run_container("--network", network, self.image, "/sandbox",
                                              f"--port.base={APPLICATION_PORTS}")
        for container in (alloy, self.application):
            self.wait_for_log(container, '"receivers"')

    def canary(self, receiver):
        return self.run_to_its_end("--network", f"container:{self.application}", self.image, "/lgtmwatch", "canary",
                                   f"--receiver={receiver}")

    def test_localhost_is_the_application_itself_and_the_right_name_is_alloy(self):
        for receiver in ("http://localhost:4316", "grpc://localhost:4317"):
            with self.subTest(receiver):
                code, said = self.canary(receiver)
                self.assertEqual(code, 1, said)
                self.assertIn("BROKEN, no signal gets through", said)
                self.assertIn("refused the connection: nothing listens there", said)
                self.assertIn("inside a container localhost is the container itself", said)
        for receiver in ("http://alloy:4316", "grpc://alloy:4317", "http://alloy:4318/loki/api/v1/push"):
            with self.subTest(receiver):
                code, said = self.canary(receiver)
                self.assertEqual(code, 0, said)
                self.assertIn("ok, every signal was accepted", said)

    def test_a_name_of_no_container_on_this_network_does_not_resolve(self):
        code, said = self.canary("http://aloy:4316")
        self.assertEqual(code, 1, said)
        self.assertRegex(said, r"the name 'aloy' (does not resolve|was not resolved in time)")


class CanaryOnStandardOutputScenario(WithDocker):
    def start_watcher(self, *flags):
        """lgtmwatch in a container, which asks the engine about itself."""
        self.sandbox = self.start_sandbox()
        self.name = f"lgtmwatch-scenario-stdout-{os.getpid()}"
        text = re.sub(r"docker: \{ socket: .* \}", f"docker: {{ socket: unix://{SOCKET} }}",
                      self.sandbox.config.read_text())
        settings = (f"    canaries: {{ interval: 5s, routes: {{ stdout: {{ container: {self.name} }} }} }}\n")
        self.sandbox.config.write_text(text.replace("    sources:\n", settings + "    sources:\n", 1))
        port = harness.free_port()
        self.url = f"http://127.0.0.1:{port}"
        container = self.make(["rm", "-f"], "create", "--name", self.name, "--network", "host", "-v",
                              f"{SOCKET}:{SOCKET}", *flags, self.make_image(), "/lgtmwatch", "run",
                              "--config.file=/lgtmwatch.yaml", f"--web.listen-address=127.0.0.1:{port}")
        self.docker("cp", self.sandbox.config, f"{container}:/lgtmwatch.yaml")
        self.docker("start", container)

    def metrics(self):
        status, body = harness.http_request(self.url + "/metrics")
        return harness.Metrics(body if status == 200 else "")

    def outcomes(self, outcome):
        return self.metrics().one("lgtmwatch_canary_outcomes_total", route="stdout", outcome=outcome)

    def tail(self, pushed):
        """Reads the container's log as a scraper does, and pushes what is new to Loki."""
        lines = [line for line in self.docker("logs", self.name).splitlines() if line not in pushed]
        if lines:
            values = [[str(time.time_ns() + number), line] for number, line in enumerate(lines)]
            stream = {"stream": {"container": self.name}, "values": values}
            status, said = harness.http_request(self.sandbox.addresses["loki"] + "/loki/api/v1/push", "POST",
                                                body={"streams": [stream]})
            self.assertEqual(status, 204, said)
            pushed.update(lines)

    def test_what_it_writes_is_in_the_engine_and_comes_back_from_loki(self):
        self.start_watcher()
        pushed = set()

        def is_back():
            self.tail(pushed)
            return self.outcomes("visible")
        harness.wait_until(is_back, what=lambda: f"a canary is back; /metrics was:\n{self.metrics().text}")
        self.assertGreaterEqual(self.metrics().one("lgtmwatch_canary_write_seconds_count", route="stdout"), 1)
        self.assertTrue(all(line.startswith("canary=") for line in pushed), pushed)

    def test_a_container_whose_log_driver_is_none_is_recognised(self):
        self.start_watcher("--log-driver", "none")
        harness.wait_until(lambda: self.outcomes("rejected") and self.metrics().all(
            "lgtmwatch_finding", cause="docker-log-driver-unreadable", subject="stdout", stage="source"),
                           what=lambda: f"it is recognised; /metrics was:\n{self.metrics().text}")
        canaries = harness.get_json(self.url + "/api/v1/status")["stacks"][0]["canaries"]
        self.assertEqual([each["trouble"] for each in canaries if each["route"] == "stdout"],
                         ["the container's log driver is none, so nothing can be tailed"])
