"""verify with a daemon beside it: what only the daemon can write counts as the daemon has it, and is never passed over."""
import socket
import time
import xml.etree.ElementTree

import front
import harness
from canaries import WithCanaries


class WithDaemon(WithCanaries):
    """A route into a file of lgtmwatch's own, which this process tails; has no test of its own."""

    def setUp(self):
        super().setUp()
        (self.folder / "logs").mkdir()
        self.path = self.folder / "logs" / "own.log"
        self.settings = f"{{ interval: 5s, routes: {{ app-files: {{ path: {self.path} }} }} }}"
        self.sandbox = self.start_with_canaries(self.settings)
        text = self.sandbox.config.read_text()  # what Alloy tails there is one of these files
        self.sandbox.config.write_text(text.replace("file: /var/log/app/a.log", 'file: "/**/*.log"'))
        self.pushed = set()

    def tail(self, path=None):
        lines = [line for line in (path or self.path).read_text().splitlines() if line not in self.pushed]
        if lines:
            stream = {"stream": {"filename": str(self.path)},
                      "values": [[str(time.time_ns() + number), line] for number, line in enumerate(lines)]}
            status, said = harness.http_request(self.sandbox.addresses["loki"] + "/loki/api/v1/push", "POST",
                                                body={"streams": [stream]})
            self.assertEqual(status, 204, said)
            self.pushed.update(lines)

    def daemon_that_has_seen_one(self):
        daemon = self.start_daemon(self.sandbox.config)

        def is_back(metrics):
            if self.path.exists():
                self.tail()
            return metrics.one("lgtmwatch_canary_outcomes_total", route="app-files", outcome="visible")
        daemon.wait_for_metrics(is_back, what="a canary of the file is back")
        return daemon

    def canary_by(self, url, *flags):
        """(exit code, stack, the canary of the file)"""
        code, stack = self.verify_json(self.sandbox.config, f"--daemon={url}", *flags)
        return code, stack, next(each for each in stack["canaries"] if each["route"] == "app-files")

    def criterion_of(self, stack):
        return next(each for each in stack["criteria"] if each["criterion"] == "canary/app-files/logs comes back")

    def assert_unknown(self, url, *telling, config=None):
        code, stack = self.verify_json(config or self.sandbox.config, f"--daemon={url}")
        self.assertEqual(code, 3, stack)
        criterion = self.criterion_of(stack)
        self.assertEqual(criterion["state"], "unknown")
        for part in telling:
            self.assertIn(part, criterion["note"])


class VerifyWithDaemonScenario(WithDaemon):
    def test_what_came_back_there_holds_here(self):
        daemon = self.daemon_that_has_seen_one()
        code, stack, canary = self.canary_by(daemon.url)
        self.assertEqual(code, 0, stack["findings"])
        self.assertEqual((canary["checked"], canary["state"], canary["outcome"]), (True, "healthy", "visible"))
        self.assertGreater(canary["visible_seconds"], canary["write_seconds"])
        self.assertEqual(self.criterion_of(stack)["state"], "healthy")
        self.assertIn("canary/app-files", [path["path"] for path in stack["paths"]])
        text = self.verify(self.sandbox.config, f"--daemon={daemon.url}/").stdout
        self.assertRegex(text, r"(?m)^ +app-files +logs +visible +\d+\.\d{3} s +\d+\.\d{3} s$")

    def test_without_a_daemon_it_is_not_checked(self):
        code, stack = self.verify_json(self.sandbox.config)
        self.assertEqual(code, 0)
        canary = next(each for each in stack["canaries"] if each["route"] == "app-files")
        self.assertEqual((canary["checked"], canary["note"]), (False, "only a daemon can write there"))

    def test_a_file_that_cannot_be_written_any_more_breaks_the_verdict(self):
        daemon = self.daemon_that_has_seen_one()
        gone = self.path.parent.rename(self.folder / "gone")
        self.tail(gone / self.path.name)
        daemon.wait_for_metrics(lambda metrics: (metrics.one("lgtmwatch_canary_outcomes_total", route="app-files",
                                                             outcome="rejected") or 0) >= 4,
                                what="those before are settled, and several are rejected")
        code, stack, canary = self.canary_by(daemon.url)
        self.assertEqual((code, canary["state"], canary["outcome"]), (1, "broken", "rejected"))
        self.assertEqual([(finding["cause"], finding["subject"], finding["stage"]) for finding in stack["findings"]],
                         [("canary-rejected", "app-files", "source")])
        self.assertIn("No such file or directory", stack["findings"][0]["summary"])
        self.assertIn(str(self.path), "\n".join(stack["findings"][0]["evidence"]))

    def test_behind_a_path_and_tls(self):
        daemon = self.daemon_that_has_seen_one()
        certificates = front.Certificates(self.folder)
        nginx = self.start(front.Nginx, self.folder, {"server": front.Server(
            f"location /watch/ {{ proxy_pass {daemon.url}/; }}\n", tls=certificates.of_server())})
        url = nginx.url("server") + "/watch"
        self.assert_unknown(url, f"the daemon at {url} cannot be asked", "certificate")
        for flag in (f"--daemon.tls.ca-file={certificates.certificate('ca')}", "--daemon.tls.insecure-skip-verify"):
            with self.subTest(flag):
                code, stack, canary = self.canary_by(url, flag)
                self.assertEqual((code, canary["state"]), (0, "healthy"), stack["findings"])


class VerifyWithSilentDaemonScenario(WithDaemon):
    def test_one_that_is_not_there_is_told_in_every_format(self):
        url = f"http://127.0.0.1:{harness.free_port()}"
        why = f"the daemon at {url} cannot be asked: "
        self.assert_unknown(url, why, "refused the connection")
        text, markdown, junit = (self.verify(self.sandbox.config, f"--daemon={url}", f"--format={form}").stdout
                                 for form in ("text", "markdown", "junit"))
        self.assertIn(f"  unknown   canary/app-files/logs comes back ({why}", text)
        self.assertIn(f"| canary/app-files/logs comes back | unknown ({why}", markdown)
        errors = [case.find("error") for case in xml.etree.ElementTree.fromstring(junit.encode()).iter("testcase")
                  if case.get("name") == "canary/app-files/logs comes back"]
        self.assertIn(f"unknown: {why}", errors[0].get("message"))

    def test_something_else_that_answers_there(self):
        answers = {"404": (404, "text/plain", b"not found"), "a page": (200, "text/html", b"<html>sign in</html>"),
                   "other JSON": (200, "application/json", b'{"status":"success"}')}
        telling = {"404": "answered 404", "a page": "the answer is not JSON",
                   "other JSON": "no status of an lgtmwatch: stacks is missing in the answer"}
        for name, answer in answers.items():
            with self.subTest(name):
                self.assert_unknown(self.serve(lambda _, answer=answer: answer).url, telling[name])

    def test_one_that_hangs_costs_no_more_than_the_timeout(self):
        with socket.create_server(("127.0.0.1", 0)) as hung:
            begun = time.monotonic()
            self.assert_unknown("http://127.0.0.1:%d" % hung.getsockname()[1], "cannot be asked: no answer from")
            self.assertLess(time.monotonic() - begun, 20)

    def test_one_that_watches_something_else_or_has_no_canary_yet(self):
        plain = self.write("plain.yaml", self.sandbox.config.read_text().replace(self.settings, "{ interval: 5m }"))
        other = self.write("other.yaml", plain.read_text().replace("name: sandbox", "name: home"))
        rare = self.write("rare.yaml", self.sandbox.config.read_text().replace("interval: 5s, r", "interval: 5m, r"))
        for config, telling in ((plain, "the daemon has no route app-files for logs in its stack 'sandbox'"),
                                (other, "the daemon watches no stack 'sandbox'; it has: home"),
                                (rare, "the daemon has no settled canary of it yet")):
            with self.subTest(telling):
                daemon = self.start_daemon(config, name=config.stem)
                self.assert_unknown(daemon.url, telling)

    def test_one_that_is_not_needed_is_not_asked(self):
        config = self.write("plain.yaml", self.sandbox.config.read_text().replace(self.settings, "{}"))
        done = self.verify(config, "--daemon=http://127.0.0.1:1")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("note: no route of the configuration needs a daemon", done.stderr)

    def test_an_address_that_is_none_is_a_usage_error(self):
        done = self.verify(self.sandbox.config, "--daemon=ftp://here")
        self.assertEqual(done.returncode, 2)
        self.assertIn("error: --daemon: ", done.stderr)
