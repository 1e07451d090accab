"""`lgtmwatch canary --receiver=URL`: one round from wherever it is started, with a verdict on that way alone."""
import json
import socket

import harness

REMOTE_WRITE = "/api/v1/metrics/write"
LOKI_PUSH = "/loki/api/v1/push"


class CanaryCommand(harness.Scenario):
    """What the classes below share; has no test of its own."""

    def canary(self, receiver, *flags, **named):
        return self.lgtmwatch("canary", f"--receiver={receiver}", *flags, **named)

    def canary_json(self, receiver, *flags, **named):
        """(exit code, the report, its signals by name)"""
        done = self.canary(receiver, "--format=json", *flags, **named)
        report = json.loads(done.stdout)
        return done.returncode, report, {each["signal"]: each for each in report["signals"]}

    def assert_broken(self, receiver, answer, reason, why, hint="", **named):
        code, report, signals = self.canary_json(receiver, "--timeout=2s", **named)
        self.assertEqual((code, report["state"]), (1, "broken"), report)
        for each in signals.values():
            self.assertEqual((each["answer"], each["reason"]), (answer, reason), each)
            self.assertIn(why, each["why"])
            self.assertIn(hint, each["hint"])


class CanaryDoorsScenario(CanaryCommand):
    def doors(self):
        receivers = self.start_sandbox().addresses["receivers"]
        grpc = receivers["mobile-grpc"].replace("http:", "grpc:")
        return {receivers["backend"]: {"metrics", "logs", "traces"}, grpc: {"metrics", "logs", "traces"},
                receivers["backend"] + "/v1/logs": {"logs"}, receivers["logs-push"] + LOKI_PUSH: {"logs"},
                receivers["metrics-write"] + REMOTE_WRITE: {"metrics"}}

    def test_every_door_accepts_and_arrival_is_said_to_be_unchecked(self):
        for receiver, carried in self.doors().items():
            with self.subTest(receiver):
                code, report, signals = self.canary_json(receiver)
                self.assertEqual((code, report["arrival_checked"]), (0, False), report)
                self.assertEqual(set(signals), carried)
                self.assertEqual({(each["answer"], each["outcome"]) for each in signals.values()}, {("accepted", None)})

    def test_with_a_configuration_every_door_is_read_back(self):
        doors = self.doors()
        config = self._started[0].config
        for receiver, carried in doors.items():
            with self.subTest(receiver):
                code, report, signals = self.canary_json(receiver, f"--config.file={config}")
                self.assertEqual((code, report["arrival_checked"]), (0, True), report)
                self.assertEqual({name: each["outcome"] for name, each in signals.items()},
                                 {name: "visible" for name in carried})

    def test_what_was_accepted_and_cannot_be_asked_for_is_unknown(self):
        sandbox = self.start_sandbox("backend-down:loki")
        receiver = sandbox.addresses["receivers"]["backend"]
        self.assertEqual(self.canary(receiver, "--signal=traces", f"--config.file={sandbox.config}").returncode, 0)
        code, report, signals = self.canary_json(receiver, "--signal=logs", "--timeout=3s",
                                                 f"--config.file={sandbox.config}")
        self.assertEqual((code, report["state"], signals["logs"]["outcome"]), (3, "unknown", "unknown"), report)
        self.assertIn("could not be asked", signals["logs"]["why"])

    def test_the_text_is_a_table_with_a_verdict(self):
        receiver = self.start_sandbox().addresses["receivers"]["backend"]
        done = self.canary(receiver, "--signal=logs", "--signal=traces")
        self.assertIn(f"receiver {receiver} (OTLP/HTTP): ok, every signal was accepted\n", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^  logs +accepted +\d\.\d{3} s +not checked +-$")
        self.assertRegex(done.stdout, r"(?m)^  traces +accepted ")
        self.assertNotRegex(done.stdout, r"(?m)^  metrics ")
        self.assertIn("only the receiver was asked", done.stdout)


class CanaryWrongDoorsScenario(CanaryCommand):
    def test_nobody_on_localhost_is_told_with_what_localhost_is_in_a_container(self):
        port = harness.free_port()
        for receiver in (f"http://localhost:{port}", f"grpc://127.0.0.1:{port}", f"http://127.0.0.1:{port}{LOKI_PUSH}"):
            with self.subTest(receiver):
                self.assert_broken(receiver, "not reachable", "refused", "refused the connection",
                                   "inside a container localhost is the container itself")

    def test_a_protocol_that_is_another_is_known_by_its_first_bytes(self):
        receivers = self.start_sandbox().addresses["receivers"]
        self.assert_broken(receivers["mobile-grpc"], "other protocol", "protocol", "speaks HTTP/2 (gRPC)")
        self.assert_broken(receivers["backend"].replace("http:", "grpc:"), "other protocol", "protocol",
                           "speaks HTTP/1.1 where gRPC")
        self.assert_broken(receivers["backend"].replace("http:", "https:"), "TLS failed", "tls", "does not speak TLS",
                           "use http://")

    def test_names_that_do_not_resolve_or_never_do(self):
        self.assert_broken("http://alloy.none.test:4318", "not resolved", "dns", "'alloy.none.test' does not resolve",
                           environment=harness.HUNG_NAMES)
        self.assert_broken("grpc://alloy.hung.test:4317", "not resolved", "dns", "was not resolved in time",
                           environment=harness.HUNG_NAMES)

    def test_a_receiver_that_never_answers_is_hung(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            self.assert_broken(f"http://127.0.0.1:{port}", "hung", "timeout", "first byte")

    def test_a_web_server_is_no_receiver(self):
        server = self.serve(lambda path: (200, "text/html", b"<html></html>"))  # and 501 to POST
        self.assert_broken(server.url, "refused", "http_status", "answered 501")

    def test_a_backend_in_the_receivers_place_refuses(self):
        self.assert_broken(self.start_sandbox().addresses["loki"], "refused", "not_found", "answered 404")


class CanaryFlagsScenario(CanaryCommand):
    def test_a_wrong_command_line_is_told_with_what_is_right(self):
        config = self.write("two.yaml", "stacks:\n  - name: shop\n    loki: { url: http://a:1 }\n"
                                        "  - name: bank\n    loki: { url: http://b:1 }\n")
        for arguments, error in ((["--receiver=alloy:4318"], "'alloy:4318' is not an address"),
                                 (["--receiver=grpc://alloy"], "the port is missing"),
                                 (["--receiver=http://a:1", "--timeout=soon"], "'soon' is not a duration"),
                                 (["--receiver=http://a:1", "--signal=dreams"], "--signal"),
                                 ([f"--receiver=http://a:1{LOKI_PUSH}", "--signal=traces"], "takes none of these"),
                                 (["--receiver=http://a:1", "--stack=shop"], "--stack needs --config.file"),
                                 (["--receiver=http://a:1", f"--config.file={config}"], "--stack is required"),
                                 (["--receiver=http://a:1", f"--config.file={config}", "--stack=x"], "shop, bank"),
                                 ([], "--receiver is required")):
            with self.subTest(arguments):
                done = self.lgtmwatch("canary", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(error, done.stderr)
