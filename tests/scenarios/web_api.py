"""What the web interface does beside showing: probes that are run now, maintenance, events; and what describes its API."""
import datetime
import json
import re
import threading

import harness
import jsonschema
from daemon_metrics import WatchedSandbox

PROBE = "sandbox/loki_ready/"
WITH_LIFECYCLE = ["--web.enable-lifecycle"]


class RunNowScenario(WatchedSandbox):
    def probe_url(self, daemon, page="/api/v1/probes/"):
        probes = harness.get_json(daemon.url + "/api/v1/probes/")["probes"]
        return daemon.url + page + next(probe["id"] for probe in probes if probe["id"].startswith(PROBE))

    def test_a_probe_runs_at_once_and_tells_what_it_found(self):
        sandbox = self.start_sandbox()
        sandbox.set_pace("10m", "2s")
        daemon = self.start_daemon(sandbox.config, *WITH_LIFECYCLE)
        daemon.wait_until_it_answers("/-/ready")
        url = self.probe_url(daemon)
        sandbox.set_fault("backend-down:loki")
        status, body = harness.http_request(url, "POST")
        self.assertEqual(status, 200, body)
        sandbox.clear_fault("backend-down:loki")
        self.assertEqual(harness.http_request(self.probe_url(daemon, "/probes/"), "POST")[0], 200)
        shown = harness.get_json(url)
        self.assertTrue(shown["last"]["good"])
        self.assertEqual([run["good"] for run in shown["runs"]][:2], [True, False])
        failure = shown["failures"][0]
        self.assertEqual(failure["error"]["reason"], "refused")
        self.assertIn("resolve", failure["exchanges"][0]["phases"])
        page = harness.http_request(self.probe_url(daemon, "/probes/"))[1]
        self.assertIn(failure["at"], page)
        self.assertIn("Run it now", page)

    def test_it_is_refused_unless_it_is_allowed(self):
        daemon = self.watch()
        status, body = harness.http_request(self.probe_url(daemon), "POST")
        self.assertEqual(status, 403)
        self.assertIn("--web.enable-lifecycle", body)
        self.assertNotIn("Run it now", harness.http_request(self.probe_url(daemon, "/probes/"))[1])

    def test_one_that_hangs_is_run_once_at_a_time_and_ends_at_its_own_timeout(self):
        sandbox = self.start_sandbox("backend-hung:loki")
        sandbox.set_pace("10m", "2s")
        daemon = self.start_daemon(sandbox.config, *WITH_LIFECYCLE)
        daemon.wait_until_it_answers("/-/ready")
        url = self.probe_url(daemon)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(harness.http_request(url, "POST", 30)))
                   for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = {status for status, _ in answers}
        self.assertIn(200, statuses)
        self.assertLessEqual(statuses, {200, 409}, answers)  # both, unless this machine takes seconds for a request
        self.assertEqual(harness.get_json(url)["failures"][0]["error"]["reason"], "timeout")
        self.assertEqual(harness.http_request(daemon.url + "/api/v1/probes/nope", "POST")[0], 404)


def in_hours(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


class MaintenanceOverHttpScenario(WatchedSandbox):
    def windows(self, daemon):
        return harness.get_json(daemon.url + "/api/v1/maintenance")["windows"]

    def announce(self, daemon, **window):
        status, body = harness.http_request(daemon.url + "/api/v1/maintenance", "POST", body=window)
        return status, json.loads(body) if status == 201 else body

    def test_a_window_holds_until_it_is_taken_back_and_survives_a_restart(self):
        sandbox = self.start_sandbox()
        sandbox.set_pace("1s", "500ms")
        flags = [*WITH_LIFECYCLE, f"--storage.path={self.folder / 'storage'}"]
        daemon = self.start_daemon(sandbox.config, *flags)
        daemon.wait_until_it_answers("/-/ready")
        end = in_hours(1)
        status, window = self.announce(daemon, stacks=["sandbox"], signals=["logs"], end=end, canaries="pause",
                                       comment="new disks")
        self.assertEqual((status, window["end"], window["active"], window["from"]), (201, end, True, "api"))
        metrics = daemon.metrics()
        self.assertEqual(metrics.one("lgtmwatch_maintenance_active", signal="logs"), 1)
        self.assertEqual(metrics.one("lgtmwatch_maintenance_active", signal="traces"), 0)
        self.assertIn(f"In maintenance until {end} (logs); canaries are paused", harness.http_request(daemon.url + "/")[1])
        self.assertEqual(daemon.end(), None)

        again = self.start_daemon(sandbox.config, *flags, name="again")
        again.wait_until_it_answers("/-/ready")
        self.assertEqual(self.windows(again), [window])
        self.assertEqual(again.metrics().one("lgtmwatch_maintenance_active", signal="logs"), 1)
        shown, = harness.get_json(again.url + "/api/v1/status")["stacks"][0]["maintenance"]
        self.assertEqual((shown["end"], shown["canaries"]), (end, "pause"))
        url = f"{again.url}/api/v1/maintenance/{window['id']}"
        self.assertEqual(harness.http_request(url, "DELETE"), (204, ""))
        self.assertEqual(harness.http_request(url, "DELETE")[0], 404)
        self.assertEqual(again.metrics().all("lgtmwatch_maintenance_active"), [0, 0, 0])

    def test_a_reload_changes_nothing_of_it(self):
        daemon = self.watch(flags=WITH_LIFECYCLE)
        daemon.wait_until_it_answers("/-/ready")
        self.assertEqual(self.announce(daemon, end=in_hours(1), canaries="pause")[0], 201)
        self.assertEqual(harness.http_request(daemon.url + "/-/reload", "POST")[0], 200)
        self.assertEqual(len(self.windows(daemon)), 1)
        self.assertEqual(daemon.metrics().all("lgtmwatch_maintenance_active"), [1, 1, 1])

    def test_what_is_wrong_with_a_window_is_told(self):
        daemon = self.watch(flags=WITH_LIFECYCLE)
        daemon.wait_until_it_answers("/-/ready")
        for window, complaint in (({}, "end: it is needed"), ({"end": in_hours(-1)}, "end: "),
                                  ({"end": in_hours(1000)}, "30 days"),
                                  ({"end": in_hours(1), "stacks": ["nope"]}, "there is no stack 'nope'; there are: sandbox")):
            with self.subTest(window):
                status, body = self.announce(daemon, **window)
                self.assertEqual(status, 400)
                self.assertIn(complaint, body)
        self.assertEqual(self.windows(daemon), [])
        self.assertEqual(harness.http_request(daemon.url + "/api/v1/maintenance", "POST")[0], 415)

    def test_it_is_refused_unless_it_is_allowed_and_windows_of_the_configuration_are_listed(self):
        sandbox = self.start_sandbox()
        sandbox.set_pace("1s", "500ms")
        end = in_hours(2)
        sandbox.config.write_text(sandbox.config.read_text() + f"\nmaintenance: [ {{ start: {in_hours(-2)}, end: {end} }} ]\n")
        daemon = self.start_daemon(sandbox.config)
        status, body = self.announce(daemon, end=in_hours(1))
        self.assertEqual(status, 403)
        self.assertIn("--web.enable-lifecycle", body)
        self.assertEqual(harness.http_request(daemon.url + "/api/v1/maintenance/1", "DELETE")[0], 403)
        window, = self.windows(daemon)
        self.assertEqual((window["id"], window["from"], window["stacks"], window["end"]),
                         (None, "configuration", ["sandbox"], end))


class EventsScenario(WatchedSandbox):
    def listen(self, daemon, headers=None):
        """The lines of the stream that came so far; they are read by a thread that ends with the stream."""
        answer = harness.open_url(daemon.url + "/api/v1/events", headers)
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        lines = []

        def read():
            with answer:
                for line in answer:
                    lines.append(line.decode().rstrip())
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return lines, thread

    @staticmethod
    def events(lines):
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

    def test_a_stack_that_breaks_is_told_at_once_and_the_stream_ends_with_the_daemon(self):
        daemon = self.watch()
        daemon.wait_for_state(0)
        lines, thread = self.listen(daemon)
        self.sandbox.set_fault("loki-without-labels")
        event = harness.wait_until(lambda: next((event for event in self.events(lines) if event["findings"]), None))
        self.assertEqual((event["stack"], event["findings"][0]["cause"]), ("sandbox", "loki-without-labels"))
        harness.wait_until(lambda: ": nothing new" in lines, what="a comment comes though nothing happens")
        ids = [line.removeprefix("id: ") for line in lines if line.startswith("id: ")]
        missed, _ = self.listen(daemon, {"Last-Event-ID": "nobody-knows-it"})
        harness.wait_until(lambda: "event: missed" in missed)
        none, _ = self.listen(daemon, {"Last-Event-ID": ids[-1]})
        harness.wait_until(lambda: ": the events of lgtmwatch" in none)
        self.assertEqual(daemon.end(), None)
        thread.join(harness.PATIENCE)
        self.assertFalse(thread.is_alive())
        self.assertNotIn("event: missed", none)

    def test_too_many_listeners_are_refused(self):
        daemon = self.watch()
        streams = [harness.open_url(daemon.url + "/api/v1/events") for _ in range(64)]
        try:
            status, body = harness.http_request(daemon.url + "/api/v1/events")
            self.assertEqual(status, 503)
            self.assertIn("too many", body)
        finally:
            for stream in streams:
                stream.close()


class DescriptionScenario(WatchedSandbox):
    """Every answer of the API is as its description says, and every path that the API has is described."""

    def setUp(self):
        super().setUp()
        self.watch("loki-without-labels", flags=[*WITH_LIFECYCLE, f"--storage.path={self.folder / 'storage'}"])
        self.description = harness.get_json(self.daemon.url + "/api/v1/openapi.json")

    def check(self, path, method="get", body=None, **parts):
        """Asks, checks the answer against what is described for it, and gives the answer."""
        url = self.daemon.url + path.format(**parts)
        status, text = harness.http_request(url, method.upper(), body=body)
        answer = self.description["paths"][path][method]["responses"][str(status)]
        content = answer.get("content", {}).get("application/json")
        if content is None:
            return text
        schema = {**content["schema"], "components": self.description["components"]}
        value = json.loads(text)
        jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator,
                            format_checker=jsonschema.FormatChecker())
        return value

    def test_every_answer_is_as_it_is_described(self):
        self.daemon.wait_until_it_answers("/-/ready")
        self.daemon.wait_for_state(3)
        for path, methods in self.description["paths"].items():
            if "get" in methods and "{" not in path and path != "/api/v1/events":
                with self.subTest(path):
                    self.check(path)
        for probe in self.check("/api/v1/probes/")["probes"]:
            with self.subTest(probe["id"]):
                self.check("/api/v1/probes/{id}", id=probe["id"])
        self.check("/api/v1/probes/{id}", "post", id=probe["id"])
        self.check("/api/v1/probes/{id}", id="nope")
        incident, = harness.wait_until(lambda: self.check("/api/v1/incidents")["incidents"])
        self.check("/api/v1/incidents/{id}", id=incident["id"])
        self.check("/api/v1/incidents/{id}", id="nope")
        window = self.check("/api/v1/maintenance", "post", {"end": in_hours(1)})
        self.check("/api/v1/maintenance", "post", {})
        self.check("/api/v1/maintenance")
        self.check("/api/v1/status")
        self.check("/api/v1/maintenance/{id}", "delete", id=window["id"])
        self.check("/api/v1/maintenance/{id}", "delete", id=window["id"])

    def test_that_users_may_be_asked_for_is_described_for_all_of_it(self):
        self.assertEqual(self.description["security"], [{}, {"basic": []}])
        for path, methods in self.description["paths"].items():
            for method in methods.keys() - {"parameters"}:
                with self.subTest(path, method=method):
                    self.assertLessEqual({"401", "503"}, methods[method]["responses"].keys())

    def test_what_the_daemon_answers_beside_the_description_is_found(self):
        with self.assertRaises(jsonschema.ValidationError):
            schema = {"$ref": "#/components/schemas/Window", "components": self.description["components"]}
            jsonschema.validate({"id": 1}, schema, cls=jsonschema.Draft202012Validator)

    def test_every_path_of_the_api_is_described(self):
        found = set()
        for file in (harness.SOURCE_DIR / "daemon/serve").glob("*.cpp"):
            found |= {path.rstrip("/") for path in re.findall(r'"(/api/v1/[^"?\s\\]*)', file.read_text())}
        described = {path.split("{")[0].rstrip("/") for path in self.description["paths"]}
        self.assertEqual(found, described)
