"""Stacks from files and HTTP servers: they come, change and go while the daemon runs, and no error takes one away."""
import json
import re
import urllib.parse

import harness
from shards import stacks_of

NOBODY = "http://127.0.0.1:1"


class Discovering(harness.Scenario):
    """Has no test of its own."""

    def setUp(self):
        super().setUp()
        sandbox = self.start_sandbox()
        self.loki = re.search(r"loki: .*?url: \"?(http://[^\s,}\"]+)", sandbox.config.read_text(), re.S).group(1)
        (self.folder / "stacks.d").mkdir()

    def entry(self, stack, **labels):
        address = urllib.parse.urlsplit(self.loki).netloc
        return {"targets": [address],
                "labels": {"__lgtmwatch_stack__": stack, "__lgtmwatch_component__": "loki", **labels}}

    def write_stacks(self, name, *stacks):
        return self.write(f"stacks.d/{name}", json.dumps([self.entry(stack) for stack in stacks]))

    def configure(self, stacks_from, **more):
        return self.write("lgtmwatch.yaml", json.dumps({"defaults": {"interval": "5s", "timeout": "2s"},
                                                        "stacks_from": stacks_from, **more}))

    def by_files(self, **more):
        return self.configure({"file_sd": [{"files": ["stacks.d/*.json"], "refresh_interval": "1s"}]}, **more)


class FileDiscoveryScenario(Discovering):
    def wait_for_stacks(self, daemon, *stacks):
        return daemon.wait_for_metrics(lambda now: stacks_of(now) == set(stacks), what=f"the stacks are {stacks}")

    def test_stacks_come_and_go_with_their_files_and_those_that_stay_are_not_disturbed(self):
        self.write_stacks("a.json", "north")
        config = self.by_files(stacks=[{"name": "listed", "loki": {"url": self.loki}}])
        daemon = self.start_daemon(config)
        daemon.wait_until_it_answers("/-/ready")
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_stack_state") == [0, 0])
        self.assertEqual(stacks_of(daemon.metrics()), {"listed", "north"})
        self.write_stacks("b.json", "south")
        seen = []

        def is_there(now):
            seen.append(now)
            return stacks_of(now) == {"listed", "north", "south"} and now.all("lgtmwatch_stack_state") == [0, 0, 0]
        daemon.wait_for_metrics(is_there, what="the new stack is watched and healthy")
        for now in seen:
            self.assertEqual(now.all("lgtmwatch_stack_state", stack="north"), [0], "it is judged all the time")
        self.assertEqual(daemon.metrics().one("lgtmwatch_discovered_stacks"), 2)
        (self.folder / "stacks.d/a.json").unlink()
        self.wait_for_stacks(daemon, "listed", "south")
        self.write_stacks("b.json")
        self.wait_for_stacks(daemon, "listed")
        self.assertRegex(daemon.text(), r'msg="stacks that were found are in force" stacks=3 added=south')
        self.assertEqual(harness.http_request(daemon.url + "/-/ready")[0], 200)

    def test_what_is_wrong_is_named_and_takes_no_stack_away(self):
        self.write_stacks("a.json", "north")
        daemon = self.start_daemon(self.by_files())
        self.wait_for_stacks(daemon, "north")
        source = {"source": str(self.folder / "stacks.d/*.json")}
        for text, said in (("", r"where=\S+/a.json"), ("[", r"where=\S+/a.json"),
                           (json.dumps([self.entry("north"), self.entry("", __lgtmwatch_tennant__="x")]),
                            r"where=\S+/a.json\[1\].labels.__lgtmwatch_tennant__ hint=\"did you mean '__lgtmwatch_tenant__'")):
            self.write("stacks.d/a.json", text)
            harness.wait_until(lambda said=said: re.search(said, daemon.text()), what=daemon.text)
            metrics = daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_discovery_successful", **source) == [0])
            self.assertEqual(stacks_of(metrics), {"north"})
        self.write_stacks("a.json", "north", "south")
        self.wait_for_stacks(daemon, "north", "south")
        self.write("stacks.d/b.json", json.dumps([self.entry("north")]))  # a second Loki of the stack
        harness.wait_until(lambda: "the stacks that were found cannot be used" in daemon.text(), what=daemon.text)
        self.assertRegex(daemon.text(), r"the stack 'north' has a loki already, from \S+a.json\[0\]")
        self.assertEqual(stacks_of(daemon.metrics()), {"north", "south"})

    def test_they_are_spread_over_shards_as_all_others(self):
        names = [f"stack-{number}" for number in range(20)]
        self.write_stacks("a.json", *names)
        config = self.by_files()
        daemons = [self.start_daemon(config, f"--shard.index={index}", "--shard.count=2", name=f"shard-{index}")
                   for index in range(2)]
        found = [stacks_of(daemon.metrics()) for daemon in daemons]
        self.assertEqual(found[0] | found[1], set(names))
        self.assertEqual(found[0] & found[1], set())


class HttpDiscoveryScenario(Discovering):
    def test_a_server_that_fails_or_is_away_takes_no_stack_with_it(self):
        self.answer = 200, json.dumps([self.entry("north")])
        server = self.serve(lambda _: (self.answer[0], "application/json", self.answer[1].encode()))
        daemon = self.start_daemon(self.configure({"http_sd": [{"url": server.url, "refresh_interval": "1s"}]}))
        daemon.wait_for_metrics(lambda now: stacks_of(now) == {"north"})
        self.answer = 500, "[]"
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_discovery_successful", source=server.url) == [0])
        self.assertEqual(stacks_of(daemon.metrics()), {"north"})
        self.answer = 200, json.dumps([self.entry("north"), self.entry("south")])
        daemon.wait_for_metrics(lambda now: stacks_of(now) == {"north", "south"})
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_discovery_successful", source=server.url) == [1])
        server.end()
        metrics = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_discovery_successful", source=server.url) == [0])
        self.assertEqual(stacks_of(metrics), {"north", "south"})
        self.assertIn("refused the connection", daemon.text())

    def test_a_daemon_starts_and_is_ready_without_its_server(self):
        port = harness.free_port()
        daemon = self.start_daemon(self.configure(
            {"http_sd": [{"url": f"http://127.0.0.1:{port}", "refresh_interval": "1s"}]}))
        daemon.wait_until_it_answers("/-/ready")
        self.assertEqual(stacks_of(daemon.metrics()), set())
        self.assertTrue(daemon.is_running())


class DiscoveryOfCommandsScenario(Discovering):
    def test_verify_looks_at_the_stacks_that_are_found(self):
        self.write_stacks("a.json", "north", "south")
        done = self.verify(self.by_files(), "--stack=south")
        self.assertIn("stack south: healthy", done.stdout, done.stderr)
        self.assertNotIn("north", done.stdout)

    def test_verify_of_no_stack_at_all_is_a_mistake(self):
        done = self.verify(self.by_files())
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("none was found by stacks_from", done.stderr)

    def test_a_source_that_cannot_be_used_is_a_mistake(self):
        done = self.verify(self.configure({"http_sd": [{"url": NOBODY}]}))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"{NOBODY}: error: ", done.stderr)

    def test_check_config_reads_the_files_and_asks_nobody(self):
        self.write_stacks("a.json", "north")
        config = self.configure({"file_sd": [{"files": ["stacks.d/*.json"]}], "http_sd": [{"url": NOBODY}]})
        done = self.lgtmwatch("check-config", config)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.endswith("# found by stacks_from in files:\n#   north\n"), done.stdout)
        self.write("stacks.d/a.json", json.dumps([self.entry("north", __scheme__="htps")]))
        done = self.lgtmwatch("check-config", config)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"/a.json\[0\].labels.__scheme__: error: 'htps' is not allowed here\n"
                                      r"hint: did you mean 'https'\?")
