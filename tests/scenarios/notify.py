"""Findings that lgtmwatch tells itself: a real Alertmanager, webhooks, the heartbeat; also while Mimir is dead."""
import http.server
import json
import threading

import harness
from real_alerting import Alertmanager

NOTIFY = """
notify:
  for: 1s
  keep_firing_for: 3s
  alertmanagers: [ {{ name: pager, url: {alertmanager} }} ]
  webhooks:
    - {{ name: phone, url: {hook}/phone, format: ntfy }}
    - {{ name: chat, url: {hook}/chat, format: slack, send_resolved: false }}
    - {{ name: tool, url: {hook}/tool }}
  heartbeat: {{ url: {hook}/ping, interval: 10s }}
"""


class Hook:
    """Takes what is sent, unless it is told to refuse."""

    def __init__(self):
        self.taken = []
        self.refuses = False
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                if not hook.refuses:
                    hook.taken.append((self.path, dict(self.headers), body))
                self.send_response(503 if hook.refuses else 200)
                self.end_headers()

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, path):
        return [(headers, body) for taken, headers, body in self.taken if taken == path]

    def end(self):
        self._server.shutdown()
        self._server.server_close()


class NotifyScenario(harness.Scenario):
    def setUp(self):
        super().setUp()
        self.sandbox = self.start_sandbox()
        self.sandbox.set_pace("1s", "1s")
        self.hook = self.start(Hook)
        self.alertmanager = self.start(Alertmanager, self.folder, f"{self.hook.url}/alertmanager")

    def watch(self, *flags, name="lgtmwatch"):
        notify = NOTIFY.format(alertmanager=self.alertmanager.url, hook=self.hook.url)
        config = self.write("notify.yaml", self.sandbox.config.read_text() + notify)
        return self.start_daemon(config, "--web.external-url=http://watch.example/", *flags, name=name)

    def wait_for(self, path, *words):
        def told():
            return next((each for each in self.hook.of(path) if all(word in each[1] for word in words)), None)
        return harness.wait_until(told, what=lambda: f"{path} is told {words}; it has {self.hook.of(path)}")

    def test_a_dead_mimir_is_told_everywhere_and_so_is_its_return(self):
        daemon = self.watch()
        self.sandbox.set_fault("backend-down:mimir")
        headers, text = self.wait_for("/phone", "[critical] sandbox: ", "backend-down at stage ingest")
        self.assertEqual((headers["Priority"], headers["Click"]), ("urgent", "http://watch.example"))
        self.assertIn("http://watch.example/causes/backend-down", text)
        tool = json.loads(self.wait_for("/tool", '"backend-down"')[1])
        self.assertEqual(tool["status"], "firing")
        self.assertEqual(tool["notices"][0]["cause"], "backend-down", "the root cause comes first")
        self.assertIn("backend-down", json.loads(self.wait_for("/chat", "backend-down")[1])["text"])
        alert = self.alertmanager.wait_for_alert("LgtmwatchFinding")[0]
        self.assertEqual({name: alert["labels"].get(name) for name in ("stack", "cause", "subject", "severity", "stage")},
                         {"stack": "sandbox", "cause": "backend-down", "subject": "mimir", "severity": "critical",
                          "stage": "ingest"})
        self.assertEqual(alert["annotations"]["runbook_url"], "http://watch.example/causes/backend-down")
        self.wait_for("/alertmanager", '"status":"firing"', "backend-down")

        self.sandbox.clear_fault("backend-down:mimir")
        headers, _ = self.wait_for("/phone", "[over] sandbox: ", "backend-down")
        self.assertEqual(headers["Priority"], "default")
        self.wait_for("/alertmanager", '"status":"resolved"', "backend-down")
        self.assertFalse([body for _, body in self.hook.of("/chat") if "[over]" in body])
        metrics = daemon.metrics()
        for destination in ("pager", "phone", "chat", "tool", "heartbeat"):
            self.assertGreaterEqual(metrics.one("lgtmwatch_notifications_total", destination=destination), 1)
            self.assertEqual(metrics.one("lgtmwatch_notifications_failed_total", destination=destination), 0)
        self.assertGreater(metrics.one("lgtmwatch_heartbeat_last_success_timestamp_seconds"), 1.7e9)

    def test_a_destination_that_is_down_is_told_when_it_is_back(self):
        daemon = self.watch()
        self.hook.refuses = True
        self.alertmanager.kill()
        self.sandbox.set_fault("backend-down:loki")
        daemon.wait_for_metrics(
            lambda metrics: all((metrics.one("lgtmwatch_notifications_failed_total", destination=name) or 0) >= 1
                                for name in ("pager", "phone")), what="both have failed")
        self.assertIn("a destination of notifications cannot be told", daemon.text())
        self.assertNotIn("/phone", daemon.text(), "the address of a webhook is a secret")
        self.hook.refuses = False
        self.wait_for("/phone", "backend-down")
        self.assertEqual(len([body for _, body in self.hook.of("/phone") if "[critical]" in body]), 1)

    def test_the_heartbeat_beats_while_it_watches(self):
        self.watch()
        harness.wait_until(lambda: len(self.hook.of("/ping")) >= 2, what="two beats")

    def test_a_restart_tells_nothing_twice_and_tells_the_end_of_what_was_mended_meanwhile(self):
        def told():
            return [(notice["event"], notice["subject"]) for _, body in self.hook.of("/tool")
                    for notice in json.loads(body)["notices"] if notice["cause"] == "backend-down"]
        storage = f"--storage.path={self.folder / 'storage'}"
        first = self.watch(storage)
        self.sandbox.set_fault("backend-down:mimir")
        self.sandbox.set_fault("backend-down:loki")
        harness.wait_until(lambda: {("opened", "mimir"), ("opened", "loki")} <= set(told()), what=told)
        first.signal(harness.signal.SIGTERM)
        self.assertEqual(first.wait(20), 0, first.text())
        self.sandbox.clear_fault("backend-down:loki")
        self.watch(storage, name="second")
        harness.wait_until(lambda: ("over", "loki") in told(), what=told)
        self.assertEqual(sorted(told()), [("opened", "loki"), ("opened", "mimir"), ("over", "loki")])
