"""The founding incident, with the real Docker engine: an application that sends to its own localhost."""
from docker_engine import APPLICATION_PORTS, WithDocker


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
