"""A port that somebody else has opened, by the protocol of sd_listen_fds(3)."""
import shutil
import signal
import socket

import harness

NOTHING_THERE = "stacks: [{ name: shop, loki: { url: http://127.0.0.1:1 } }]\n"
# LISTEN_PID is the process that is started; a shell has its own number, and keeps it over exec.
STARTER = 'export LISTEN_PID=$$; [ -z "$FROM" ] || { exec 3<&"$FROM"; }; exec "$0" "$@"'


class SocketActivationScenario(harness.Scenario):
    def setUp(self):
        super().setUp()
        self.config = self.write("lgtmwatch.yaml", NOTHING_THERE)
        self.names = 0

    def listening(self, kind=socket.SOCK_STREAM):
        door = socket.socket(socket.AF_INET, kind)
        self.addCleanup(door.close)
        door.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            door.listen()
        return door

    def start_with(self, door, **environment):
        self.names += 1
        variables = {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "web", "FROM": str(door.fileno()) if door else "",
                     **environment}
        return self.start(harness.Process, ["/bin/sh", "-c", STARTER, harness.LGTMWATCH, "run",
                                            f"--config.file={self.config}", "--web.listen-address=127.0.0.1:1"],
                          self.folder, f"lgtmwatch-{self.names}", environment=variables, descriptors=[door.fileno()] if door else [])

    @staticmethod
    def ask(door):
        return harness.http_request("http://127.0.0.1:%d/-/healthy" % door.getsockname()[1], timeout=harness.PATIENCE)

    def test_it_serves_on_the_socket_that_was_passed_and_leaves_it_open_for_the_next(self):
        door = self.listening()
        for _ in range(2):
            daemon = self.start_with(door)
            self.assertEqual(self.ask(door)[0], 200, daemon.text())
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(20), 0, daemon.text())
        waiting = socket.create_connection(door.getsockname())
        self.addCleanup(waiting.close)
        waiting.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.start_with(door)
        waiting.settimeout(harness.PATIENCE)
        self.assertIn(b"200 OK", waiting.recv(4096), "one who came between two daemons is answered")

    def test_what_was_passed_to_another_process_is_let_alone(self):
        port = harness.free_port()
        daemon = self.start(harness.Process, [harness.LGTMWATCH, "run", f"--config.file={self.config}",
                                              f"--web.listen-address=127.0.0.1:{port}"], self.folder, "lgtmwatch",
                            environment={"LISTEN_FDS": "1", "LISTEN_PID": "1"})
        harness.wait_until(lambda: harness.http_request(f"http://127.0.0.1:{port}/-/healthy")[0] == 200,
                           what=daemon.text)

    def test_what_cannot_be_used_is_an_error_that_says_how_to_mend_it(self):
        for door, environment, code, told in (
                (None, {"LISTEN_FDS": "two"}, 2, "LISTEN_FDS: 'two' is no number"),
                (self.listening(), {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:other"}, 2,
                 "2 sockets were passed (web:other), and lgtmwatch listens on one"),
                (self.listening(socket.SOCK_DGRAM), {}, 1, "cannot be used: it is no socket of TCP"),
                (None, {}, 1, "cannot be used: it is no open socket")):
            with self.subTest(told):
                daemon = self.start_with(door, **environment)
                self.assertEqual(daemon.wait(20), code, daemon.text())
                self.assertIn(told, daemon.text())
                self.assertIn("hint", daemon.text())
                daemon.was_killed = True

    def test_systemd_socket_activate_starts_it_with_the_first_connection(self):
        if not shutil.which("systemd-socket-activate"):
            self.skipTest("SKIPPED: there is no systemd-socket-activate on this machine")
        port = harness.free_port()
        self.start(harness.Process, ["systemd-socket-activate", f"--listen=127.0.0.1:{port}", "--fdname=web",
                                     harness.LGTMWATCH, "run", f"--config.file={self.config}"], self.folder, "lgtmwatch")
        harness.wait_until(lambda: harness.http_request(f"http://127.0.0.1:{port}/-/healthy")[0] == 200)
