"""verify on a healthy and on a broken stand-in stack: what it prints in each format."""
import json
import xml.etree.ElementTree

import harness

CRITERIA = 32  # of the sandbox's own configuration


class VerifyHealthyScenario(harness.Scenario):
    def test_every_criterion_of_a_healthy_stack_is_ok(self):
        sandbox = self.start_sandbox()
        done = self.verify(sandbox.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], f"stack sandbox: healthy, {CRITERIA} of {CRITERIA} criteria met")
        criteria = [line.split()[0] for line in lines[lines.index("") + 1:] if line]
        self.assertEqual(criteria, ["ok"] * CRITERIA)
        self.assertNotIn("findings", done.stdout)

    def test_counters_that_are_read_twice_accuse_nobody_on_a_healthy_stack(self):
        sandbox = self.start_sandbox()
        done = self.verify(sandbox.config, "--timeout=60s")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertNotIn("findings", done.stdout)

    def test_a_timeout_that_leaves_no_time_for_a_second_reading_is_told_and_changes_nothing(self):
        sandbox = self.start_sandbox()
        done = self.verify(sandbox.config, "--timeout=9s")
        self.assertEqual(done.returncode, 0)
        self.assertIn("were read only once", done.stderr)
        self.assertIn("give it 15s or more", done.stderr)

    def test_the_way_of_each_receiver_to_its_backend_is_drawn(self):
        sandbox = self.start_sandbox()
        _, stack = self.verify_json(sandbox.config)
        ways = {(way["receiver"], way["signal"]): way for way in stack["pipelines"]}
        self.assertEqual(ways["backend", "traces"]["through"],
                         ["otelcol.receiver.otlp.backend", "otelcol.processor.batch.default",
                          "otelcol.exporter.otlp.tempo"])
        self.assertEqual(ways["backend", "traces"]["backend"], "tempo")
        self.assertEqual(ways["docker", "logs"]["through"], ["loki.source.docker.containers", "loki.write.loki"])
        self.assertIn(sandbox.addresses["loki"], ways["docker", "logs"]["sends_to"])

    def test_json_of_a_healthy_stack_holds_what_the_contract_names(self):
        sandbox = self.start_sandbox()
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 0)
        self.assertEqual(stack["name"], "sandbox")
        self.assertEqual(stack["state"], "healthy")
        self.assertEqual(stack["score"], {"met": CRITERIA, "total": CRITERIA})
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "healthy", "traces": "healthy"})
        self.assertEqual({component["component"] for component in stack["components"]},
                         {"loki", "tempo", "mimir", "grafana", "alloy"})
        for component in stack["components"]:
            self.assertEqual((component["up"], component["ready"]), (True, True), component)
            self.assertTrue(component["version"], component)
        self.assertEqual([source["fresh"] for source in stack["sources"]], [True] * 4)
        for path in stack["paths"]:
            self.assertEqual({stage["state"] for stage in path["stages"]}, {"healthy"}, path)
        self.assertEqual(stack["findings"], [])
        self.assertEqual(stack["canaries"], [])

    def test_the_named_stack_alone_is_looked_at(self):
        sandbox = self.start_sandbox()
        other = "  - name: other\n    loki: { url: http://127.0.0.1:%d }\n" % harness.free_port()
        both = self.write("both.yaml", sandbox.config.read_text() + other)
        self.assertEqual(self.verify(both).returncode, 1)
        code, stack = self.verify_json(both, "--stack=sandbox")
        self.assertEqual((code, stack["name"]), (0, "sandbox"))
        code, stack = self.verify_json(both, "--stack=other")
        self.assertEqual((code, stack["name"]), (1, "other"))

    def test_verify_ends_within_its_timeout_even_where_everything_hangs(self):
        sandbox = self.start_sandbox("backend-hung:loki", "backend-hung:tempo", "backend-hung:mimir", "alloy-hung",
                                     "grafana-hung")
        sandbox.set_pace("60s", "40s")
        done = self.verify(sandbox.config, "--timeout=2s", seconds=20)
        self.assertEqual(done.returncode, 3, done.stdout)  # nothing was seen to be broken
        self.assertIn(f"0 of {CRITERIA} criteria met", done.stdout)


class VerifyFormatsScenario(harness.Scenario):
    def test_junit_of_a_broken_stack_is_well_formed_and_counts_right(self):
        sandbox = self.start_sandbox("backend-down:loki")
        done = self.verify(sandbox.config, "--format=junit")
        self.assertEqual(done.returncode, 1)
        suites = xml.etree.ElementTree.fromstring(done.stdout.encode())
        suite = suites.find("testsuite")
        cases = suite.findall("testcase")
        _, stack = self.verify_json(sandbox.config)
        states = [criterion["state"] for criterion in stack["criteria"]]
        self.assertEqual((suites.tag, suite.get("name")), ("testsuites", "sandbox"))
        self.assertEqual([case.get("name") for case in cases],
                         [criterion["criterion"] for criterion in stack["criteria"]])
        self.assertEqual(int(suite.get("tests")), CRITERIA)
        self.assertEqual(int(suite.get("failures")), states.count("broken") + states.count("degraded"))
        self.assertEqual(int(suite.get("errors")), states.count("unknown"))
        self.assertEqual(len(suite.findall("testcase/failure")), int(suite.get("failures")))
        self.assertEqual(len(suite.findall("testcase/error")), int(suite.get("errors")))
        self.assertGreater(int(suite.get("failures")), 0)
        self.assertIn("Loki is down", suite.find("testcase/failure").text)

    def test_junit_of_a_healthy_stack_has_no_failure(self):
        sandbox = self.start_sandbox()
        done = self.verify(sandbox.config, "--format=junit")
        self.assertEqual(done.returncode, 0)
        suite = xml.etree.ElementTree.fromstring(done.stdout.encode()).find("testsuite")
        self.assertEqual([suite.get(key) for key in ("tests", "failures", "errors")], [str(CRITERIA), "0", "0"])
        self.assertEqual(len(suite.findall("testcase")), CRITERIA)

    def test_junit_stays_well_formed_where_names_and_answers_hold_markup(self):
        sandbox = self.start_sandbox()
        server = self.serve(lambda path: (404, "text/html", b"<p class=\"x\">&'\x01\xff]]></p>"))
        text = sandbox.config.read_text().replace(sandbox.addresses["loki"], server.url)
        config = self.write("markup.yaml", text.replace("- name: sandbox", "- name: 'a <b> & \"c\"'"))
        done = self.verify(config, "--format=junit")
        suite = xml.etree.ElementTree.fromstring(done.stdout.encode()).find("testsuite")
        self.assertEqual(suite.get("name"), 'a <b> & "c"')

    def test_markdown_holds_the_finding_and_the_table(self):
        sandbox = self.start_sandbox("loki-without-labels")
        done = self.verify(sandbox.config, "--format=markdown")
        self.assertEqual(done.returncode, 1)
        self.assertIn("## sandbox: broken\n", done.stdout)
        self.assertIn("| loki holds telemetry of applications | broken |", done.stdout)
        self.assertIn("### Loki has no labels", done.stdout)
        self.assertIn("- cause: `loki-without-labels` at stage `ingest`, critical", done.stdout)

    def test_no_format_writes_anything_else_to_standard_output(self):
        sandbox = self.start_sandbox("backend-down:tempo")
        for form, begin in (("text", "stack sandbox:"), ("json", "{"), ("junit", "<?xml"), ("markdown", "## sandbox")):
            with self.subTest(form):
                self.assertTrue(self.verify(sandbox.config, f"--format={form}").stdout.startswith(begin))
        json.loads(self.verify(sandbox.config, "--format=json").stdout)
