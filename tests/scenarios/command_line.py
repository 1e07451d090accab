"""The command line: wrong configurations and flags, help, environment variables, healthcheck, the demo."""
import os
import signal
import subprocess

import harness

COMMANDS = {
    "run": ["--config.file", "--web.listen-address", "--web.external-url", "--storage.path", "--shard.index", "--shard.count",
            "LGTMWATCH_SHARD_INDEX", "LGTMWATCH_SHARD_COUNT", "--log.level",
            "--log.format", "LGTMWATCH_STORAGE_PATH", "LGTMWATCH_CONFIG_FILE", "LGTMWATCH_WEB_LISTEN_ADDRESS", "LGTMWATCH_LOG_LEVEL",
            "LGTMWATCH_LOG_FORMAT", ":9797", "logfmt", "json", "--web.config.file", "LGTMWATCH_WEB_CONFIG_FILE"],
    "verify": ["--config.file", "--timeout", "90s", "--format", "text", "json", "junit", "markdown", "--stack",
               "--fail-on", "broken", "degraded", "LGTMWATCH_CONFIG_FILE"],
    "report": ["--config.file", "--from", "--timeout", "--stack", "--incident", "--storage.path",
               "LGTMWATCH_CONFIG_FILE"],
    "canary": ["--receiver", "--signal", "--timeout", "30s", "--format", "--config.file", "--stack", "--tls.ca-file",
               "--tls.insecure-skip-verify", "grpc://HOST:4317"],
    "init": ["--grafana.url", "--grafana.token-file", "--alloy.url", "--docker.socket", "--tenant", "--stack", "--output",
             "lgtmwatch.yaml", "--force", "--timeout", "60s", "--tls.ca-file", "--tls.insecure-skip-verify"],
    "check-config": ["file", "LGTMWATCH_CONFIG_FILE", "--web.config.file", "--print-schema"],
    "explain": ["cause", "Id of a cause"],
    "rules": ["--web.external-url", "http://localhost:9797", "LGTMWATCH_WEB_EXTERNAL_URL"],
    "demo": ["--fault", "--web.listen-address", "127.0.0.1:9797", "--log.level", "--log.format"],
    "healthcheck": ["url", "--web.listen-address", ":9797", "LGTMWATCH_WEB_LISTEN_ADDRESS", "--web.config.file",
                    "--tls.cert-file", "LGTMWATCH_HEALTHCHECK_TLS_CERT_FILE"],
}
WRONG = "stacks:\n  - name: shop\n    lokki: { url: http://loki:3100 }\n    mimir: { url: http://m:1, kind: thanos }\n"


class WrongConfigurationScenario(harness.Scenario):
    def assert_all_mistakes_are_shown(self, done):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn("wrong.yaml:3:5: error: stacks[0].lokki: unknown key 'lokki'\n", done.stderr)
        self.assertIn("    lokki: { url: http://loki:3100 }\n    ^\n", done.stderr)
        self.assertIn("did you mean 'loki'?", done.stderr)
        self.assertIn("wrong.yaml:4:37: error: stacks[0].mimir.kind: 'thanos'", done.stderr)
        self.assertIn("allowed: mimir, prometheus, cortex", done.stderr)

    def test_verify_shows_every_mistake_with_its_place(self):
        self.assert_all_mistakes_are_shown(self.verify(self.write("wrong.yaml", WRONG)))

    def test_run_shows_every_mistake_with_its_place(self):
        path = self.write("wrong.yaml", WRONG)
        self.assert_all_mistakes_are_shown(self.lgtmwatch("run", f"--config.file={path}"))

    def test_check_config_shows_every_mistake_with_its_place(self):
        self.assert_all_mistakes_are_shown(self.lgtmwatch("check-config", self.write("wrong.yaml", WRONG)))

    def test_a_missing_file_is_named(self):
        for command in (["verify", "--config.file=absent.yaml"], ["run", "--config.file=absent.yaml"],
                        ["check-config", "absent.yaml"]):
            with self.subTest(command[0]):
                done = self.lgtmwatch(*command)
                self.assertEqual(done.returncode, 2)
                self.assertIn("cannot open absent.yaml: No such file or directory", done.stderr)

    def test_a_folder_in_the_files_place_is_no_crash(self):
        done = self.verify(self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("Is a directory", done.stderr)

    def test_a_stack_with_nothing_to_check_is_a_mistake(self):
        done = self.verify(self.write("empty.yaml", "stacks:\n  - name: shop\n"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is nothing to check in this stack", done.stderr)

    def test_no_stack_at_all_is_a_mistake(self):
        for text in ("", "stacks: []\n", "defaults: { interval: 5s }\n"):
            with self.subTest(text):
                self.assertEqual(self.verify(self.write("empty.yaml", text)).returncode, 2)

    def test_an_unknown_stack_is_answered_with_the_known_ones(self):
        config = self.write("two.yaml", "stacks:\n  - name: shop\n    loki: { url: http://a:1 }\n"
                                        "  - name: bank\n    loki: { url: http://b:1 }\n")
        done = self.verify(config, "--stack=nope")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'nope'", done.stderr)
        self.assertIn("shop, bank", done.stderr)


class FlagsScenario(harness.Scenario):
    def test_every_command_has_help_that_names_its_flags(self):
        for command, words in COMMANDS.items():
            with self.subTest(command):
                done = self.lgtmwatch(command, "--help")
                self.assertEqual(done.returncode, 0)
                for word in words:
                    self.assertIn(word, done.stdout)

    def test_the_help_names_every_command(self):
        done = self.lgtmwatch("--help")
        self.assertEqual(done.returncode, 0)
        for command in COMMANDS:
            self.assertIn(command, done.stdout)

    def test_the_version_is_printed(self):
        done = self.lgtmwatch("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^lgtmwatch \d+\.\d+\.\d+\n$")

    def test_an_unknown_flag_command_or_value_is_a_usage_error(self):
        for arguments in (["verify", "--config.file=x", "--nope"], ["verify", "--nope"], ["nope"], [],
                          ["verify", "--config.file=x", "--format=xml"], ["verify", "--config.file=x", "--fail-on=x"],
                          ["verify"], ["run"], ["check-config"], ["run", "--config.file=x", "--log.level=loud"]):
            with self.subTest(arguments):
                done = self.lgtmwatch(*arguments)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertNotEqual(done.stderr, "")

    def test_the_wrong_word_is_named_before_what_is_missing(self):
        for arguments, error, hint in ((["verify", "--nope"], "--nope is no flag of verify", "--config.file"),
                                       (["verify", "--confg.file=x"], "--confg.file is no flag of verify",
                                        "did you mean '--config.file'?"),
                                       (["verfy"], "'verfy' is no command", "did you mean 'verify'?"),
                                       (["run", "lgtmwatch.yaml"], "run takes no 'lgtmwatch.yaml'", "run --help"),
                                       (["verify"], "--config.file is required", "verify --help"),
                                       ([], "which command?", "healthcheck")):
            with self.subTest(arguments):
                done = self.lgtmwatch(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr.splitlines()[0], f"error: {error}")
                self.assertIn(hint, done.stderr)

    def test_a_flag_whose_value_is_an_empty_variable_takes_no_other_for_it(self):
        for arguments in (["run", "--storage.path=", "--config.file=x"], ["verify", "--config.file=x", "--stack="]):
            with self.subTest(arguments):
                done = self.lgtmwatch(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r"^error: --(storage.path|stack)= has no value\nhint: ")

    def test_a_reader_that_has_enough_is_no_fault_and_a_full_disk_is_one(self):
        for command in ("explain", "explain backend-down", "rules", "--help"):
            with self.subTest(command):
                done = subprocess.run(f"{harness.LGTMWATCH} {command} >/dev/full", shell=True, text=True, timeout=60,
                                      stderr=subprocess.PIPE, check=False)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, "error: the output cannot be written: No space left on device\n"))
                reader, writer = os.pipe()
                os.close(reader)
                done = subprocess.run([harness.LGTMWATCH, *command.split()], stdout=writer, text=True, timeout=60,
                                      stderr=subprocess.PIPE, check=False)
                os.close(writer)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_unknown_flag_is_named(self):
        config = self.write("a.yaml", "stacks: [{ name: shop, loki: { url: http://a:1 } }]\n")
        done = self.verify(config, "--nope")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--nope", done.stderr)

    def test_a_timeout_that_is_no_duration_is_a_usage_error(self):
        for value in ("soon", "0s", "-3s", "90"):
            with self.subTest(value):
                done = self.lgtmwatch("verify", "--config.file=absent.yaml", f"--timeout={value}")
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"'{value}' is not a duration", done.stderr)

    def test_the_example_configuration_is_valid(self):
        done = self.lgtmwatch("check-config", harness.SOURCE_DIR / "config/lgtmwatch.yaml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("- name: local\n", done.stdout)

    def test_the_configuration_file_can_be_named_by_the_environment(self):
        sandbox = self.start_sandbox()
        named = {"LGTMWATCH_CONFIG_FILE": str(sandbox.config)}
        self.assertEqual(self.lgtmwatch("verify", environment=named).returncode, 0)
        done = self.lgtmwatch("check-config", environment=named)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("- name: sandbox\n", done.stdout)

    def test_a_flag_goes_before_the_environment(self):
        sandbox = self.start_sandbox()
        done = self.lgtmwatch("verify", f"--config.file={sandbox.config}",
                              environment={"LGTMWATCH_CONFIG_FILE": "absent.yaml"})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_listen_address_can_be_given_by_the_environment(self):
        sandbox = self.start_sandbox()
        port = harness.free_port()
        daemon = self.start(harness.Process, [harness.LGTMWATCH, "run"], self.folder, "lgtmwatch",
                            environment={"LGTMWATCH_CONFIG_FILE": str(sandbox.config),
                                         "LGTMWATCH_WEB_LISTEN_ADDRESS": f"127.0.0.1:{port}",
                                         "LGTMWATCH_LOG_FORMAT": "json"})
        harness.wait_until(lambda: harness.http_request(f"http://127.0.0.1:{port}/-/healthy")[0] == 200,
                           what=daemon.text)
        self.assertIn('"msg":', daemon.text())


class ExplainScenario(harness.Scenario):
    def test_without_a_cause_all_are_listed_by_stage_with_what_they_mean(self):
        done = self.lgtmwatch("explain")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        stages = ["source", "network", "receive", "process", "export", "ingest", "query", "visualize", "alert", "watch"]
        self.assertEqual([line for line in lines if line in stages], stages)
        listed = {line[4:].split()[0]: line for line in lines[lines.index("source"):] if line.startswith("  ")}
        pages = {page.stem for page in (harness.SOURCE_DIR / "causes").glob("*.md")}
        self.assertEqual(set(listed), pages)
        self.assertRegex(listed["backend-down"], r"^    backend-down +A backend does not run, .*\.$")
        self.assertTrue(listed["app-idle"].startswith("  = "))

    def test_what_this_version_does_not_recognise_is_marked(self):
        listed = self.lgtmwatch("explain").stdout
        for page in (harness.SOURCE_DIR / "causes").glob("*.md"):
            text = page.read_text()
            if "- severity: none\n" not in text:
                said = next(line for line in text.splitlines() if line.startswith("- recognised: ")).split()[-1]
                mark = {"yes": " ", "alternative": "~", "alert": "!", "no": "-"}[said]
                self.assertIn(f"\n  {mark} {page.stem} ", listed)

    def test_with_a_cause_its_page_is_shown(self):
        done = self.lgtmwatch("explain", "otlp-localhost-in-container")
        page = harness.SOURCE_DIR / "causes/otlp-localhost-in-container.md"
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, page.read_text(), ""))

    def test_an_unknown_cause_is_answered_with_the_nearest(self):
        for word, near in (("otlp-localhost-in-contaner", "otlp-localhost-in-container"),
                           ("hung", "alloy-hung, receiver-hung, backend-hung, grafana-hung")):
            with self.subTest(word):
                done = self.lgtmwatch("explain", word)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr.startswith(f"error: '{word}' is no cause\nhint: {near}"), done.stderr)
                self.assertIn("`lgtmwatch explain` lists all", done.stderr)


class RulesScenario(harness.Scenario):
    RULES = harness.SOURCE_DIR / "config/alerts/lgtmwatch.yaml"

    def test_the_rules_are_those_of_the_file(self):
        done = self.lgtmwatch("rules")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, self.RULES.read_text(), ""))

    def test_their_links_lead_to_this_instance(self):
        for url, wanted in (("https://watch.example/lgtm/", "https://watch.example/lgtm"),
                            ("http://[::1]:9797", "http://[::1]:9797")):
            with self.subTest(url):
                done = self.lgtmwatch("rules", f"--web.external-url={url}")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout, self.RULES.read_text().replace("http://localhost:9797", wanted))
                self.assertIn(f"runbook_url: {wanted}/causes/{{{{ $labels.cause }}}}\n", done.stdout)
                rules = self.write("rules.yaml", done.stdout)
                checked = subprocess.run([harness.program("promtool"), "check", "rules", str(rules)],
                                         capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_address_can_be_given_by_the_environment(self):
        done = self.lgtmwatch("rules", environment={"LGTMWATCH_WEB_EXTERNAL_URL": "http://watch.example:80"})
        self.assertIn("runbook_url: http://watch.example/causes\n", done.stdout)

    def test_what_is_no_address_for_a_browser_is_a_usage_error(self):
        for url in (" ", "watch.example:9797", "ftp://watch.example", "unix:///run/x.sock", "http://a/?b=c",
                    "http://{{ evil }}", "http://a\"b", "http://user:secret@a"):
            with self.subTest(url):
                done = self.lgtmwatch("rules", f"--web.external-url={url}")
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr.startswith("error: --web.external-url: "), done.stderr)
                self.assertIn("hint: write it as a browser reaches lgtmwatch: http://HOST:PORT", done.stderr)
                self.assertNotIn("secret", done.stderr)


class HealthcheckScenario(harness.Scenario):
    def test_a_daemon_that_answers_is_healthy(self):
        daemon = self.start_daemon(self.start_sandbox().config)
        done = self.lgtmwatch("healthcheck", daemon.url)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_nobody_there_is_not_healthy(self):
        done = self.lgtmwatch("healthcheck", f"http://127.0.0.1:{harness.free_port()}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not healthy", done.stderr)
        self.assertIn("refused the connection", done.stderr)

    def test_another_server_is_not_healthy(self):
        server = self.serve(lambda path: (404, "text/plain", b"?"))
        done = self.lgtmwatch("healthcheck", server.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("answered 404", done.stderr)

    def test_what_is_no_address_is_a_usage_error(self):
        done = self.lgtmwatch("healthcheck", "127.0.0.1:9797")
        self.assertEqual(done.returncode, 2)
        self.assertIn("http://HOST:PORT", done.stderr)

    def test_a_name_that_is_looked_up_for_ever_is_not_healthy(self):
        done = self.lgtmwatch("healthcheck", "http://lgtmwatch.hung.test:9797", environment=harness.HUNG_NAMES,
                              seconds=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lgtmwatch.hung.test", done.stderr)


class PortScenario(harness.Scenario):
    def test_the_second_daemon_on_a_port_ends_with_a_hint(self):
        config = self.start_sandbox().config
        first = self.start_daemon(config)
        second = self.lgtmwatch("run", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{first.port}",
                                seconds=30)
        self.assertEqual(second.returncode, 1, second.stderr)
        line = next(line for line in second.stderr.splitlines() if "level=error" in line)
        self.assertIn(str(first.port), line)
        self.assertRegex(line, r'hint="[^"]+"')
        self.assertTrue(first.is_running())

    def test_an_address_that_is_none_ends_with_a_hint(self):
        config = self.start_sandbox().config
        for address in ("nonsense", "127.0.0.1:99999", "203.0.113.1:9797"):
            with self.subTest(address):
                done = self.lgtmwatch("run", f"--config.file={config}", f"--web.listen-address={address}", seconds=30)
                self.assertIn(done.returncode, (1, 2))
                self.assertRegex(done.stderr, r"hint[=:]")


class DemoScenario(harness.Scenario):
    def test_the_demo_shows_its_fault_and_ends_its_stack_with_it(self):
        port = harness.free_port()
        demo = self.start(harness.Process, [harness.LGTMWATCH, "demo", "--fault=backend-down:loki",
                                            f"--web.listen-address=127.0.0.1:{port}"], self.folder, "demo")
        metrics = f"http://127.0.0.1:{port}/metrics"
        harness.wait_until(lambda: 'cause="backend-down"' in harness.http_request(metrics)[1], what=demo.text)
        self.assertIn(f"status page   http://127.0.0.1:{port}/", demo.text())
        demo.signal(signal.SIGINT)
        self.assertEqual(demo.wait(20), 0)

    def test_a_fault_that_does_not_exist_is_answered_with_the_known_ones(self):
        done = self.lgtmwatch("demo", "--fault=nope", f"--web.listen-address=127.0.0.1:{harness.free_port()}")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("backend-down", done.stderr)
