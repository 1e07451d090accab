"""Incidents: a fault opens one, a restart of the daemon leaves it one, and its end closes it; the report tells it."""
import harness

FAULT = "backend-down:loki"


class IncidentsScenario(harness.Scenario):
    def start_again(self, name):
        return self.start_daemon(self.sandbox.config, f"--storage.path={self.folder}/storage", name=name)

    def incidents(self, daemon, query=""):
        return harness.get_json(f"{daemon.url}/api/v1/incidents{query}")["incidents"]

    def wait_for_incident(self, daemon, is_open):
        """The only incident of the cause, once it is open or is closed."""
        def fitting():
            found = [each for each in self.incidents(daemon) if each["cause"] == "backend-down"]
            return found if [each["open"] for each in found] == [is_open] else None
        return harness.wait_until(fitting, what=lambda: f"open: {is_open}; there are {self.incidents(daemon)}\n{daemon.text()}")[0]

    def report(self, *arguments):
        return self.lgtmwatch("report", *arguments)

    def test_an_incident_outlives_a_kill_and_is_closed_and_told(self):
        self.sandbox = self.start_sandbox()
        self.sandbox.set_pace("1s", "900ms")
        first = self.start_again("first")
        first.wait_until_it_answers("/-/ready")
        self.sandbox.set_fault(FAULT)
        opened = self.wait_for_incident(first, True)
        self.assertEqual((opened["stack"], opened["subject"], opened["closed"]), ("sandbox", "loki", None))
        harness.wait_until(lambda: (self.folder / "storage" / "history.db").exists())
        taken = self.report(f"--storage.path={self.folder}/storage", f"--incident={opened['id']}")
        self.assertEqual((taken.returncode, taken.stdout), (1, ""))
        self.assertIn("a running daemon is asked by --from=URL", taken.stderr)
        first.signal(15)
        self.assertEqual(first.wait(30), 0)

        second = self.start_again("second")
        second.wait_until_it_answers("/-/ready")
        again = self.wait_for_incident(second, True)
        self.assertEqual((again["id"], again["opened"]), (opened["id"], opened["opened"]))
        harness.wait_until(lambda: len(harness.get_json(f"{second.url}/api/v1/incidents/{opened['id']}")["events"]) == 2)
        second.kill()

        third = self.start_again("third")
        self.sandbox.clear_fault(FAULT)
        third.wait_until_it_answers("/-/ready")
        closed = self.wait_for_incident(third, False)
        self.assertEqual((closed["id"], closed["opened"]), (opened["id"], opened["opened"]))
        self.assertGreater(closed["closed"], closed["opened"])
        self.assertGreater(closed["seconds"], 0)
        self.assert_is_told(third, closed)
        self.assert_availability_has_both(third)
        third.signal(15)
        self.assertEqual(third.wait(30), 0)
        self.assert_is_told_from_the_file(closed)

    def assert_report_is_whole(self, text, closed):
        self.assertTrue(text.startswith(f"# Incident {closed['id']} of sandbox: "), text)
        self.assertIn(f"\n- from {closed['opened']} to {closed['closed']}, ", text)
        self.assertIn("\n- root cause: `backend-down` at stage ingest, of loki\n", text)
        for part in ("\n## Time line\n", "| opened, critical: ", "lgtmwatch looked again",
                     "\n## Root cause\n", "\n## What to do\n", "\n## Evidence\n", "curl "):
            self.assertIn(part, text)

    def assert_availability_has_both(self, daemon):
        """What the processes before have seen, and what this one sees."""
        answer = harness.get_json(f"{daemon.url}/api/v1/availability?stack=sandbox")["stacks"][0]
        logs = next(each for each in answer["series"] if (each["signal"], each["path"]) == ("logs", ""))
        self.assertEqual([window["days"] for window in logs["windows"]], [1, 7, 30])
        day = logs["windows"][0]
        self.assertGreater(day["broken_seconds"], 0)
        self.assertGreater(day["healthy_seconds"], 0)
        self.assertTrue(0 < day["available"] < 1 and 0 < day["known"] < 1, day)
        seconds = sum(value for name, value in day.items() if name.endswith("_seconds"))
        self.assertAlmostEqual(seconds, 24 * 3600, delta=1)
        self.assertEqual(harness.http_request(f"{daemon.url}/api/v1/availability?stack=other")[0], 404)

    def assert_is_told(self, daemon, closed):
        done = self.report(f"--from={daemon.url}", f"--incident={closed['id']}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_report_is_whole(done.stdout, closed)
        unknown = self.report(f"--from={daemon.url}", "--incident=99999")
        self.assertEqual((unknown.returncode, unknown.stdout), (1, ""))
        self.assertIn("it answered 404 no such incident; GET /api/v1/incidents lists them", unknown.stderr)
        self.assertEqual(harness.http_request(f"{daemon.url}/api/v1/incidents?limit=0")[0], 400)

    def assert_is_told_from_the_file(self, closed):
        storage = f"--storage.path={self.folder}/storage"
        done = self.report(storage, f"--incident={closed['id']}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_report_is_whole(done.stdout, closed)
        for word in ("99999", "soon"):
            unknown = self.report(storage, f"--incident={word}")
            self.assertEqual((unknown.returncode, unknown.stdout), (1, ""))
            self.assertIn(f"there is no incident '{word}' in ", unknown.stderr)
            self.assertIn("hint: they have the numbers 1 to ", unknown.stderr)
        elsewhere = self.report(f"--storage.path={self.folder}/other", "--incident=1")
        self.assertIn("there is no ", elsewhere.stderr)
        nowhere = self.report("--incident=1")
        self.assertEqual(nowhere.returncode, 2)
        self.assertIn("--incident needs a running daemon", nowhere.stderr)

    def test_a_damaged_history_is_told_and_the_daemon_goes_on(self):
        self.sandbox = self.start_sandbox(FAULT)
        storage = self.folder / "storage"
        storage.mkdir()
        (storage / "history.db").write_bytes(b"x" * 5000)
        daemon = self.start_again("lgtmwatch")
        daemon.wait_until_it_answers("/-/ready")
        self.wait_for_incident(daemon, True)
        self.assertIn("the history of incidents cannot be used, and is kept in memory only", daemon.text())
        self.assertIn("move the file away", daemon.text())
        self.assertEqual((storage / "history.db").read_bytes(), b"x" * 5000)
