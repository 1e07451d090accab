"""A new configuration without a restart: by SIGHUP, over HTTP, and secrets that change in their files."""
import os
import re
import signal

import harness
from daemon_metrics import WatchedSandbox

SUCCESSFUL = "lgtmwatch_config_last_reload_successful"
SUCCESS_TIME = "lgtmwatch_config_last_reload_success_timestamp_seconds"
WITH_LIFECYCLE = ["--web.enable-lifecycle"]
AGAIN = """
      - name: scanium-again
        metrics: { selector: '{job="scanium-backend"}' }
"""


def counters(metrics):
    """The counters of stacks, each with its labels."""
    return {(name, tuple(sorted(labels.items()))): value for name, labels, value in metrics.samples
            if name.endswith("_total") and "stack" in labels}


def paths(metrics):
    return {(labels["signal"], labels["path"], labels["stage"]): value for name, labels, value in metrics.samples
            if name == "lgtmwatch_stage_state"}


class Reloading(WatchedSandbox):
    """Has no test of its own."""

    def settled(self, *flags):
        """A daemon that has counted failures and is healthy again, and its /metrics."""
        daemon = self.watch("backend-down:loki", flags=flags)
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="backend-down") == [1])
        self.sandbox.clear_fault("backend-down:loki")
        daemon.wait_until_it_answers("/-/ready")
        self.good = self.sandbox.config.read_text()
        return daemon, daemon.wait_for_state(0)

    def add_source(self):
        text, count = re.subn(r"^    sources:\n", lambda found: found.group(0) + AGAIN.lstrip("\n"), self.good,
                              flags=re.M)
        self.assertEqual(count, 1, self.good)
        self.sandbox.config.write_text(text)

    def hang_up(self, daemon, said):
        """Sends SIGHUP and waits until the log says so once more."""
        before = daemon.text().count(said)
        daemon.signal(signal.SIGHUP)
        harness.wait_until(lambda: daemon.text().count(said) > before, what=daemon.text)


class HangUpScenario(Reloading):
    def test_a_new_source_appears_and_what_stays_goes_on(self):
        daemon, before = self.settled()
        self.assertGreater(sum(counters(before).values()), 0)
        self.add_source()
        self.hang_up(daemon, "the configuration was reloaded")
        seen = []

        def is_there(now):
            seen.append(now)
            return now.all("lgtmwatch_source_fresh", source="scanium-again") == [1]
        after = daemon.wait_for_metrics(is_there, what="the new source is fresh")
        for now in seen:
            self.assertEqual(paths(before).items() - paths(now).items(), set(), "no path that stays changes its state")
            self.assertEqual(now.all("lgtmwatch_component_up"), before.all("lgtmwatch_component_up"))
            lost = {key: (value, counters(now).get(key)) for key, value in counters(before).items()
                    if counters(now).get(key, -1) < value}
            self.assertEqual(lost, {}, "no counter is lost or goes back")
        self.assertEqual(after.one(SUCCESSFUL), 1)
        self.assertGreater(after.one(SUCCESS_TIME), before.one(SUCCESS_TIME))
        self.assertEqual(harness.http_request(daemon.url + "/-/ready")[0], 200)

    def test_a_source_that_is_removed_is_gone(self):
        daemon, _ = self.settled()
        self.add_source()
        self.hang_up(daemon, "the configuration was reloaded")
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_source_fresh", source="scanium-again") == [1])
        self.sandbox.config.write_text(self.good)
        self.hang_up(daemon, "the configuration was reloaded")
        daemon.wait_for_metrics(lambda now: not now.all("lgtmwatch_source_fresh", source="scanium-again"))

    def test_a_broken_file_is_refused_and_the_old_one_goes_on_until_it_is_mended(self):
        daemon, before = self.settled()
        self.sandbox.config.write_text(self.good.replace("loki:", "lokki:", 1) + "\nunknown: 1\n")
        self.hang_up(daemon, "the configuration was not reloaded")
        now = daemon.metrics()
        self.assertEqual(now.one(SUCCESSFUL), 0)
        self.assertEqual(now.one(SUCCESS_TIME), before.one(SUCCESS_TIME))
        self.assertRegex(daemon.text(), r"level=error msg=\"unknown key 'lokki'\" file=\S+ line=\d+ column=\d+ path=\S+lokki")
        self.assertIn("unknown key 'unknown'", daemon.text())
        asked = "lgtmwatch_schedule_lag_seconds_count"
        later = daemon.wait_for_metrics(lambda later: later.one(asked) > now.one(asked) + 40, what="probes go on")
        self.assertEqual(later.all("lgtmwatch_stack_state"), [0])

        self.sandbox.config.write_text(self.good)
        self.hang_up(daemon, "the configuration was reloaded")
        mended = daemon.wait_for_metrics(lambda mended: mended.one(SUCCESSFUL) == 1)
        self.assertGreater(mended.one(SUCCESS_TIME), before.one(SUCCESS_TIME))
        self.assertEqual(mended.all("lgtmwatch_stack_state"), [0])


class ReloadOverHttpScenario(Reloading):
    def test_it_is_refused_unless_it_is_allowed(self):
        daemon = self.watch()
        status, body = harness.http_request(daemon.url + "/-/reload", "POST")
        self.assertEqual(status, 403)
        self.assertIn("--web.enable-lifecycle", body)

    def test_it_answers_what_is_wrong_or_nothing(self):
        daemon, _ = self.settled(*WITH_LIFECYCLE)
        self.assertEqual(harness.http_request(daemon.url + "/-/reload", "POST"), (200, ""))
        self.assertEqual(harness.http_request(daemon.url + "/-/reload")[0], 405)
        self.sandbox.config.write_text(self.good + "\nunknown: 1\n")
        status, body = harness.http_request(daemon.url + "/-/reload", "POST")
        self.assertEqual(status, 500)
        self.assertRegex(body, r"sandbox\.yaml:\d+:1: error: unknown: unknown key 'unknown'\nunknown: 1\n\^\nhint: ")
        self.assertEqual(daemon.metrics().one(SUCCESSFUL), 0)
        self.add_source()
        self.assertEqual(harness.http_request(daemon.url + "/-/reload", "POST"), (200, ""))
        self.assertEqual(daemon.metrics().one(SUCCESSFUL), 1)
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_source_fresh", source="scanium-again") == [1])

    def test_the_daemon_ends_while_a_probe_hangs_and_a_reload_is_under_way(self):
        daemon = self.watch("backend-hung:loki", flags=WITH_LIFECYCLE)
        for _ in range(20):
            daemon.signal(signal.SIGHUP)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(10), 0)


class TokenFileScenario(harness.Scenario):
    """A Loki that takes one token only, which Kubernetes would hand out: a link to a link that is exchanged."""

    def setUp(self):
        super().setUp()
        self.wanted = "first"
        server = self.serve(self.answer, with_headers=True)
        self.hand_out("first", "1")
        (self.folder / "token").symlink_to("..data/token")
        self.config = self.write("lgtmwatch.yaml", "\n".join([
            "defaults: { interval: 1s, timeout: 500ms }",
            "stacks:",
            f"- {{ name: shop, loki: {{ url: '{server.url}', auth: {{ bearer_token_file: token }} }} }}", ""]))
        self.daemon = self.start_daemon(self.config)
        self.wait_until_accepted(1)

    def answer(self, path, headers):
        if headers["Authorization"] != f"Bearer {self.wanted}":
            return 401, "text/plain", b"unauthorized"
        if path.startswith("/loki/api/v1/labels"):
            return 200, "application/json", b'{"status":"success","data":["app"]}'
        return 200, "text/plain", b"ready\n"

    def hand_out(self, token, version):
        (self.folder / version).mkdir()
        (self.folder / version / "token").write_text(token)
        (self.folder / "..new").symlink_to(version)
        os.replace(self.folder / "..new", self.folder / "..data")

    def wait_until_accepted(self, success):
        self.daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_probe_success", probe="loki_labels") == [success],
            what=f"the success of loki_labels is {success}")

    def wait_until_told(self, sentence):
        harness.wait_until(lambda: sentence in self.daemon.text(), what=self.daemon.text)

    def test_a_token_that_changes_is_taken_without_the_configuration_that_was_changed_too(self):
        self.config.write_text("stacks: nonsense")
        self.wanted = "second"
        self.wait_until_accepted(0)
        self.hand_out("second\n", "2")
        self.wait_until_accepted(1)
        self.wait_until_told("what it holds now is in force")
        self.assertEqual(self.daemon.metrics().one(SUCCESSFUL), 1)
        self.assertNotIn("second", self.daemon.text())

    def test_a_token_that_is_gone_leaves_the_old_one_in_force(self):
        self.hand_out("", "2")
        self.wait_until_told("cannot be used; what it held before stays in force")
        self.wait_until_accepted(1)
        self.hand_out("first", "3")
        self.wait_until_told("can be used again")
        self.wait_until_accepted(1)
        self.assertEqual(self.daemon.text().count("cannot be used"), 1)
        self.assertRegex(self.daemon.text(), r"the file '\S*token' is empty")
