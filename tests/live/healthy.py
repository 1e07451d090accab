"""A healthy stack: the user's own, by LGTMWATCH_LIVE_CONFIG, or one of real servers that is started here.

On a user's stack only what lgtmwatch itself does is done: it asks, and writes its canaries where the configuration
says so. What it counted is compared with what the components themselves answer to plain GETs.
"""
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import live
from live import harness

BEHIND = 20  # seconds between two looks at the same thing
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Component:
    """One component of a stack, asked past lgtmwatch."""

    def __init__(self, address):
        self.url = f"http://{address}"

    def get(self, path, **parameters):
        """The JSON of a GET, or None where it is not answered (credentials, TLS, another path)."""
        request = urllib.request.Request(self.url + path + "?" + urllib.parse.urlencode(parameters))
        if os.environ.get("LGTMWATCH_LIVE_TENANT"):
            request.add_header("X-Scope-OrgID", os.environ["LGTMWATCH_LIVE_TENANT"])
        try:
            with _direct.open(request, timeout=10) as answer:
                return json.loads(answer.read())
        except (OSError, ValueError):
            return None


class HealthyLive(unittest.TestCase):
    """What holds of every healthy stack. One verify, and one daemon for the figures that only /metrics has."""
    stack = daemon = status = None
    own = os.environ.get("LGTMWATCH_LIVE_CONFIG", "")

    def setUp(self):
        if not self.own:
            live.skip_without_servers()
        if type(self).status is None:
            self.begin()

    def begin(self):
        cls = type(self)
        cls.scratch = tempfile.TemporaryDirectory(prefix="lgtmwatch-live-")
        folder = pathlib.Path(cls.scratch.name)
        if self.own:
            cls.config = self.own
        else:
            cls.stack = live.Stack(folder)
            cls.stack.start()
            cls.config = cls.stack.config(interval="15s")
            harness.wait_until(lambda: self.verify()[0] == 0, 240, lambda: f"it is healthy once: {self.verify()}")
        cls.code, cls.status = self.verify()
        cls.daemon = harness.Daemon(folder, cls.config)
        cls.daemon.wait_until_it_answers()
        self.daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_source_last_seen_timestamp_seconds")
                                     or not any(each["sources"] for each in cls.status))

    @classmethod
    def tearDownClass(cls):
        for ended in (cls.daemon, cls.stack):
            if ended:
                ended.end()
        if cls.status is not None:
            cls.scratch.cleanup()
        cls.stack = cls.daemon = cls.status = None

    def verify(self):
        done = subprocess.run([harness.LGTMWATCH, "verify", f"--config.file={self.config}", "--format=json",
                               "--timeout=60s"], capture_output=True, text=True, timeout=120, check=False)
        if not done.stdout:
            raise AssertionError(done.stderr)
        return done.returncode, json.loads(done.stdout)["stacks"]

    def components(self, kind):
        """(name of the stack, component) of each that speaks plain HTTP."""
        found = [(stack["name"], Component(each["address"])) for stack in self.status for each in stack["components"]
                 if each["component"] == kind]
        if not found:
            self.skipTest(f"left out: no {kind} is configured")
        return found

    def figure(self, name, stack):
        return self.daemon.metrics().one(f"lgtmwatch_{name}", stack=stack)

    def test_verify_finds_nothing(self):
        for stack in self.status:
            self.assertEqual(stack["findings"], [], stack["name"])
            self.assertEqual([each for each in stack["criteria"] if each["state"] != "healthy"], [], stack["name"])
        self.assertEqual(self.code, 0)

    def test_every_canary_that_is_written_comes_back(self):
        written = [each for stack in self.status for each in stack["canaries"] if each["checked"]]
        if not written:
            self.skipTest("left out: the configuration has no canaries")
        self.assertEqual([each for each in written if each["outcome"] != "visible"], [])
        for each in written:
            print(f"VISIBLE {each['route']} {each['signal']} written {each['write_seconds']:.3f} s, "
                  f"visible {each['visible_seconds']:.3f} s", flush=True)

    def test_the_labels_of_loki_are_counted_as_loki_tells_them(self):
        for stack, loki in self.components("loki"):
            now = time.time_ns()
            answer = loki.get("/loki/api/v1/labels", start=now - 3600 * 10**9, end=now)
            if answer is None:
                self.skipTest("left out: Loki is not answered without credentials")
            names = [name for name in answer.get("data", []) if not name.startswith("lgtmwatch_")]
            self.assertIn(self.figure("loki_labels", stack), (len(names), len(names) - 1))  # service_name of canaries

    def test_the_services_of_tempo_are_counted_as_tempo_tells_them(self):
        for stack, tempo in self.components("tempo"):
            now = int(time.time())
            answer = tempo.get("/api/v2/search/tag/resource.service.name/values", start=now - 3600, end=now)
            if answer is None:
                self.skipTest("left out: Tempo is not answered without credentials")
            names = {each["value"] for each in answer["tagValues"]} - {"lgtmwatch-canary"}
            self.assertEqual(self.figure("tempo_services", stack), len(names), names)

    def test_the_jobs_of_mimir_are_counted_as_it_tells_them(self):
        for stack, mimir in self.components("mimir"):
            now = time.time()
            for prefix in ("/prometheus", ""):
                answer = mimir.get(prefix + "/api/v1/label/job/values", start=now - 3600, end=now)
                if answer is not None:
                    break
            else:
                self.skipTest("left out: it is not answered without credentials")
            ours = mimir.get(prefix + "/api/v1/query", query="count by (job) (lgtmwatch_build_info)")
            names = set(answer["data"]) - {"lgtmwatch-canary"}
            names -= {each["metric"].get("job") for each in ours["data"]["result"]}
            self.assertEqual(self.figure("mimir_jobs", stack), len(names), names)

    def test_the_versions_are_those_that_the_components_tell(self):
        path = {"loki": "/loki/api/v1/status/buildinfo", "tempo": "/api/status/buildinfo"}
        compared = 0
        for stack in self.status:
            for each in stack["components"]:
                answer = Component(each["address"]).get(path[each["component"]]) if each["component"] in path else None
                if answer:
                    self.assertEqual(each["version"], answer["version"])
                    compared += 1
        if not compared:
            self.skipTest("left out: neither Loki nor Tempo tells its version without credentials")

    def test_the_newest_record_of_a_source_is_the_one_that_loki_has(self):
        """Only of sources with the default selectors, whose answer is asked for right after lgtmwatch's."""
        compared = 0
        for stack, loki in self.components("loki"):
            sources = [each for named in self.status if named["name"] == stack for each in named["sources"]
                       if each["signal"] == "logs"]
            for source in sources:
                query = f'{{service_name="{source["source"]}",container="",filename=""}}'
                now = time.time_ns()
                answer = loki.get("/loki/api/v1/query_range", query=query, limit=1, direction="backward",
                                  start=now - 600 * 10**9, end=now + 600 * 10**9)
                streams = answer["data"]["result"] if answer else []
                if not streams:
                    continue
                newest = max(int(stream["values"][0][0]) for stream in streams) / 1e9
                seen = self.daemon.metrics().one("lgtmwatch_source_last_seen_timestamp_seconds", stack=stack,
                                                 source=source["source"], signal="logs", receiver=source["receiver"])
                self.assertIsNotNone(seen, source)
                self.assertLessEqual(seen, newest + 1)
                self.assertLess(newest - seen, BEHIND + 15, source)
                compared += 1
        if not compared:
            self.skipTest("left out: no source of logs by OTLP is fresh in a Loki that answers without credentials")

    def test_its_own_figures_add_up(self):
        metrics = self.daemon.wait_for_metrics(
            lambda now: all(value == 0 for value in now.all("lgtmwatch_stack_state")), 240, "every stack is healthy")
        for labels in metrics.labels_of("lgtmwatch_canary_written_total"):
            outcomes = sum(metrics.all("lgtmwatch_canary_outcomes_total", **labels))
            flying = metrics.one("lgtmwatch_canaries_in_flight", **labels)
            self.assertEqual(metrics.one("lgtmwatch_canary_written_total", **labels), outcomes + flying, labels)
            visible = metrics.one("lgtmwatch_canary_outcomes_total", outcome="visible", **labels)
            self.assertEqual(outcomes, visible, f"late, lost, unknown or worse: {labels}")
        self.assertEqual([value for value in metrics.all("lgtmwatch_findings") if value], [])
        for stack in harness.get_json(self.daemon.url + "/api/v1/status")["stacks"]:
            for source in stack["sources"]:
                self.assertTrue(source["fresh"], source)
                seen = datetime.datetime.fromisoformat(source["last_seen"].replace("Z", "+00:00")).timestamp()
                self.assertAlmostEqual(seen, time.time(), delta=3600, msg=source)
