"""The report of a stack: what stands in its first lines, the same from a daemon, and the commands that it prints."""
import re
import subprocess

import harness


def commands_of(report):
    """(what, the claimed answer, the command) of every command in the report."""
    block = report.split("## See for yourself\n", 1)[1].split("```sh\n", 1)[1].split("```", 1)[0]
    return re.findall(r"^# (\S+ \S+): (.*)\n(.*)$", block, re.M)


class ReportScenario(harness.Scenario):
    def report(self, *arguments):
        return self.lgtmwatch("report", *arguments)

    def report_of(self, *faults):
        sandbox = self.start_sandbox(*faults)
        done = self.report(f"--config.file={sandbox.config}", "--timeout=15s")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_commands_show_what_is_claimed(self, report):
        ran = 0
        for what, claimed, command in commands_of(report):
            if "curl " not in command or command.startswith("grpcurl"):
                continue
            shown = subprocess.run(["bash", "-c", command.replace("curl ", "curl -s -w '\\n%{http_code}' ", 1)],
                                   capture_output=True, text=True, timeout=20, check=False)
            body, _, status = shown.stdout.rpartition("\n")
            if not re.match(r"\d{3}( |$)", claimed):
                self.assertEqual((what, shown.returncode), (what, 7), "nothing listens there")
                self.assertIn("refused", claimed)
            else:
                self.assertEqual((what, status), (what, claimed[:3]))
            if "_ready" in what and status == "200":
                self.assertEqual((what, body.partition("\n")[0]), (what, claimed[4:]))
            ran += 1
        self.assertGreater(ran, 15)

    def test_the_first_ten_lines_of_a_broken_stack(self):
        report = self.report_of("app-logger-not-exported")
        top = "\n".join(report.splitlines()[:10])
        self.assertRegex(top, r"\A# sandbox: broken\n\nmetrics healthy, logs broken, traces healthy\. \d+ of \d+ criteria")
        self.assertRegex(top, r"1\. \*\*.*scanium-backend.*\*\* Since \S+Z\. Cause: `app-logger-not-exported` at stage source\. "
                              r"Do: \w+")
        for heading in ("Signals", "What is wrong", "Success criteria: ", "What works", "Infrastructure", "Paths",
                        "Topology", "See for yourself"):
            self.assertIn(f"\n## {heading}", report)

    def test_every_command_shows_what_the_report_claims(self):
        self.assert_commands_show_what_is_claimed(self.report_of())

    def test_the_commands_of_a_stack_without_loki_show_that_nothing_listens(self):
        report = self.report_of("backend-down:loki")
        self.assertIn("Loki is down", "\n".join(report.splitlines()[:10]))
        self.assertTrue(any(what.startswith("loki_ready") and "refused" in claimed
                            for what, claimed, _ in commands_of(report)))
        self.assert_commands_show_what_is_claimed(report)

    def test_a_daemon_gives_the_same_report(self):
        sandbox = self.start_sandbox("scraper-tails-nothing")
        daemon = self.start_daemon(sandbox.config)
        daemon.wait_for_metrics(lambda metrics: metrics.all("lgtmwatch_finding", cause="scraper-tails-nothing"))
        done = self.report(f"--from={daemon.url}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("`scraper-tails-nothing` at stage receive", "\n".join(done.stdout.splitlines()[:10]))
        self.assertEqual(self.report(f"--from={daemon.url}", "--stack=sandbox").stdout.splitlines()[0], "# sandbox: degraded")
        unknown = self.report(f"--from={daemon.url}", "--stack=other")
        self.assertEqual((unknown.returncode, unknown.stdout), (1, ""))
        self.assertIn("it answered 404 no such stack", unknown.stderr)

    def test_what_cannot_give_a_report_says_so(self):
        sandbox = self.start_sandbox()
        silent = self.report("--from=http://127.0.0.1:1")
        self.assertEqual((silent.returncode, silent.stdout), (1, ""))
        self.assertIn("error: no report from http://127.0.0.1:1: ", silent.stderr)
        other = self.report(f"--from={sandbox.addresses['loki']}")
        self.assertEqual(other.returncode, 1)
        self.assertIn("404", other.stderr)
        nothing = self.report()
        self.assertEqual(nothing.returncode, 2)
        self.assertIn("hint: give --config.file=lgtmwatch.yaml, or --from=", nothing.stderr)
