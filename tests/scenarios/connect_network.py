"""The way to an endpoint: its name does not resolve, it refuses, it cannot be reached, it hangs; each told apart."""
import contextlib
import signal
import socket

import front
import harness
from front import Told

AT_ONCE = 5
BROADCAST = "255.255.255.255"  # no TCP connection leads there, wherever this runs


@contextlib.contextmanager
def silent_listener():
    """Takes more connections than a test makes, and never says a word on them. Its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def deaf_listener():
    """Its accept queue is full, so that no further connection comes about. Its address."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(2):
            filler = waiting.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


class WithTrouble(front.Connected):
    """Has no test of its own."""

    def setUp(self):
        super().setUp()
        self.environment = harness.HUNG_NAMES
        self.trouble = contextlib.ExitStack()
        self.addCleanup(self.trouble.close)
        self.refused = f"127.0.0.1:{harness.free_port()}"
        self.silent = self.trouble.enter_context(silent_listener())
        self.deaf = self.trouble.enter_context(deaf_listener())

    def cases(self, make):
        """Every kind of trouble; make(address, reason, phases, sentence…) gives what must be told of it."""
        return {
            "no-such-name": make("loki.none.test:3100", "dns", (), "loki.none.test"),
            "name-hangs": make("loki.hung.test:3100", "dns", (), "the name 'loki.hung.test' was not resolved in time"),
            "refused": make(self.refused, "refused", ("resolve",), f"{self.refused} refused the connection"),
            "unreachable": make(f"{BROADCAST}:3100", "unreachable", ("resolve",), "cannot be reached"),
            "connecting-hangs": make(self.deaf, "timeout", ("resolve",), "waited for the connection"),
            "answering-hangs": make(self.silent, "timeout", ("resolve", "connect"), "waited for the first byte"),
        }


class ConnectTroubleOfBackendScenario(WithTrouble):
    def test_each_kind_of_trouble_on_the_way_to_a_backend_has_its_sentence_and_its_phases(self):
        def told(address, reason, phases, sentence):
            cause, verb = ("backend-hung", "hangs") if reason == "timeout" else ("backend-down", "is down")
            return Told(f"loki: {{ url: http://{address} }}", cause, reason, (f"Loki {verb}", sentence), state="broken",
                        address=address, phases=phases)
        cases = self.cases(told)
        cases["handshake-hangs"] = Told(f"loki: {{ url: https://{self.silent} }}", "backend-hung", "timeout",
                                        ("Loki hangs", "waited for the TLS handshake"), state="broken",
                                        address=self.silent, phases=("resolve", "connect"))
        self.assert_told(cases)


class ConnectTroubleOfAlloyScenario(WithTrouble):
    def test_each_kind_of_trouble_on_the_way_to_an_alloy_has_its_sentence_and_its_phases(self):
        def told(address, reason, phases, sentence):
            cause, verb = ("alloy-hung", "hangs") if reason == "timeout" else ("alloy-down-or-crashloop", "is down")
            return Told(f"alloy: [ {{ name: gateway, url: 'http://{address}' }} ]", cause, reason,
                        (f"Alloy 'gateway' {verb}", sentence), state="broken", component="alloy", address=address,
                        phases=phases)
        self.assert_told(self.cases(told))


class ConnectTroubleOfReceiverScenario(WithTrouble):
    CAUSES = {"dns": "receiver-name-not-resolved", "refused": "alloy-receiver-not-listening",
              "unreachable": "receiver-unreachable", "timeout": "receiver-hung"}

    def assert_told_of(self, receiver):
        alloy = self.start_sandbox().addresses["alloy"]

        def told(address, reason, phases, sentence):
            return Told(f"alloy:\n  - name: gateway\n    url: {alloy}\n"
                        f"    receivers: [ {{ name: backend, {receiver.format(address)}, signals: [logs] }} ]",
                        self.CAUSES[reason], reason, ("receiver backend", sentence), state="broken", component="alloy",
                        address=address, phases=phases)
        self.assert_told(self.cases(told))

    def test_each_kind_of_trouble_on_the_way_to_an_otlp_http_receiver(self):
        self.assert_told_of("otlp: http, url: 'http://{}'")

    def test_each_kind_of_trouble_on_the_way_to_an_otlp_grpc_receiver(self):
        self.assert_told_of("otlp: grpc, endpoint: '{}'")


class ConnectPhasesScenario(front.Connected):
    def test_a_component_that_is_gone_keeps_no_phase_of_its_last_answer(self):
        loki = self.start_sandbox().addresses["loki"]

        def answer(path):
            status, body = harness.http_request(loki + path)
            return status, "application/json", body.encode()
        server = self.serve(answer)
        daemon = self.start_daemon(self.config_of({"shop": f"loki: {{ url: {server.url} }}"}))

        def phases(metrics):
            return {labels["phase"] for labels in metrics.labels_of("lgtmwatch_endpoint_phase_seconds")}
        daemon.wait_for_metrics(lambda now: phases(now) == {"resolve", "connect", "first_byte", "read"})
        server.end()
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_component_up") == [0] and phases(now) == {"resolve"})


class EndingInHandshakeScenario(front.Connected):
    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.listener.settimeout(harness.PATIENCE)
        url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        self.config = self.config_of({"shop": f"loki: {{ url: {url} }}"}, defaults="{ interval: 60s, timeout: 30s }")

    def wait_for_a_handshake(self):
        connection, _ = self.listener.accept()
        self.addCleanup(connection.close)
        connection.settimeout(harness.PATIENCE)
        self.assertEqual(connection.recv(1), b"\x16", "a handshake has begun")

    def test_sigterm_ends_the_daemon_at_once(self):
        daemon = self.start_daemon(self.config)
        self.wait_for_a_handshake()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(AT_ONCE), 0, daemon.text())
        self.assertIn("lgtmwatch has ended", daemon.text())

    def test_sigterm_ends_verify_at_once_by_the_signal(self):
        verify = harness.Process([harness.LGTMWATCH, "verify", f"--config.file={self.config}"], self.folder, "verify")
        self.addCleanup(verify.popen.kill)
        self.wait_for_a_handshake()
        verify.signal(signal.SIGTERM)
        self.assertEqual(verify.wait(AT_ONCE), -signal.SIGTERM)
        self.assertEqual(verify.text(), "")
