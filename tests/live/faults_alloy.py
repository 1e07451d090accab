"""Faults of Alloy's process and of its doors."""
import socket

import live
from application import post


class AlloyProcessLive(live.OnStack):
    def test_alloy_is_stopped(self):
        self.fault("alloy-down-or-crashloop", "its process is stopped", self.stack.alloy.stop, self.start_again)

    def start_again(self):
        self.stack.alloy.start()
        self.stack.alloy.wait_until_ready()

    def test_alloy_hangs(self):
        """What it sends when it goes on may meet newer samples."""
        self.fault("alloy-hung", "SIGSTOP", self.stack.alloy.freeze, self.stack.alloy.resume,
                   beside=("mimir-out-of-order-or-duplicate",))

    def test_a_configuration_that_cannot_be_parsed_is_loaded(self):
        alloy = self.stack.alloy
        self.fault("alloy-reload-rejected", "a configuration without one of its quotation marks is loaded",
                   lambda: alloy.change(('logging { level = "warn" }', 'logging { level = "warn }'), expect=400),
                   alloy.change)

    def test_a_configuration_with_a_misspelled_attribute_is_loaded(self):
        alloy = self.stack.alloy
        self.fault("alloy-reload-rejected", "a configuration with a misspelled attribute is loaded",
                   lambda: alloy.change(("  scrape_interval =", "  scrape_intervall ="), expect=400), alloy.change)


class AlloyDoorsLive(live.OnStack):
    def test_a_receiver_is_not_there(self):
        port = self.stack.alloy.port["backend"]
        self.reconfigured("alloy-receiver-not-listening", "the receiver listens on another port",
                          (f'http {{ endpoint = "127.0.0.1:{port}" }}',
                           f'http {{ endpoint = "127.0.0.1:{live.harness.free_port()}" }}'))

    def test_a_signal_is_not_wired(self):
        text = self.stack.alloy.configuration()
        block = text[text.index('otelcol.receiver.otlp "mobile"'):text.index('otelcol.receiver.otlp "backend"')]
        self.reconfigured("otlp-signal-not-wired", "a receiver has no output for logs",
                          (block, block.replace("    logs = [otelcol.processor.batch.all.input]\n", "")))

    def test_requests_on_a_wrong_path(self):
        address = f"http://127.0.0.1:{self.stack.alloy.port['backend']}/"
        self.sender("otlp-http-path-wrong", "requests to /", lambda: post(address, {}))

    def test_requests_of_a_wrong_type(self):
        address = f"http://127.0.0.1:{self.stack.alloy.port['backend']}/v1/logs"
        self.sender("otlp-unsupported-encoding", "requests of text/plain", lambda: post(address, b"x", "text/plain"))

    def test_grpc_on_the_port_of_http(self):
        def send():
            with socket.create_connection(("127.0.0.1", self.stack.alloy.port["mobile_http"]), 5) as connection:
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
                connection.settimeout(2)
                connection.recv(1000)
        self.sender("otlp-grpc-http-port-mixup", "HTTP/2 to the HTTP receiver", send)

    def test_the_application_falls_silent(self):
        application = self.stack.application
        self.fault("source-silent", "the application sends nothing by OTLP",
                   lambda: application.signals.intersection_update({"file"}), application.usual, subject="shop")
