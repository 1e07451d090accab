"""How the daemon ends: at once, with 0, whatever its probes are waiting for."""
import signal
import socket

import harness

AT_ONCE = 5


class EndingScenario(harness.Scenario):
    def assert_ends_at_once(self, daemon, number=signal.SIGTERM):
        daemon.signal(number)
        self.assertEqual(daemon.wait(AT_ONCE), 0, daemon.text())
        self.assertIn("lgtmwatch has ended", daemon.text())
        self.assertIn("code=0", daemon.text())

    def hung_daemon(self):
        sandbox = self.start_sandbox("backend-hung:loki")
        sandbox.set_pace("60s", "30s")
        daemon = self.start_daemon(sandbox.config)
        # The probes of the others have ended, those of Loki wait for an answer.
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_tempo_services") and now.all("lgtmwatch_mimir_jobs"))
        self.assertEqual(daemon.metrics().all("lgtmwatch_loki_labels"), [])
        return daemon

    def test_sigterm_ends_it_while_a_probe_hangs(self):
        self.assert_ends_at_once(self.hung_daemon())

    def test_sigint_ends_it_while_a_probe_hangs(self):
        self.assert_ends_at_once(self.hung_daemon(), signal.SIGINT)

    def test_sigterm_ends_it_while_a_look_up_of_a_name_hangs(self):
        config = self.write("hung.yaml", "defaults: { interval: 60s, timeout: 30s }\nstacks:\n  - name: shop\n"
                                         "    loki: { url: http://loki.hung.test:3100 }\n")
        daemon = self.start_daemon(config, environment=harness.HUNG_NAMES)
        daemon.wait_for_metrics(lambda now: now.one("lgtmwatch_schedule_lag_seconds_count") >= 3,
                                what="all probes were started")
        self.assertEqual(harness.http_request(daemon.url + "/-/ready")[0], 503)
        self.assert_ends_at_once(daemon)

    def test_sigterm_ends_it_while_somebody_keeps_a_connection_open(self):
        daemon = self.start_daemon(self.start_sandbox().config)
        daemon.wait_until_it_answers("/-/ready")
        with socket.create_connection(("127.0.0.1", daemon.port)) as idle, \
                socket.create_connection(("127.0.0.1", daemon.port)) as half:
            half.sendall(b"GET /metrics HTTP/1.1\r\nHost: x")
            idle.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            idle.settimeout(10)
            self.assertIn(b"200", idle.recv(4096))
            self.assert_ends_at_once(daemon)

    def test_sighup_does_not_end_it(self):
        daemon = self.start_daemon(self.start_sandbox().config)
        daemon.signal(signal.SIGHUP)
        harness.wait_until(lambda: "the configuration was reloaded" in daemon.text(), what=daemon.text)
        self.assertEqual(harness.http_request(daemon.url + "/-/healthy")[0], 200)
        self.assert_ends_at_once(daemon)
