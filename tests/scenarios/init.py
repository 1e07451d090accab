"""`lgtmwatch init`: a configuration from what Grafana, Alloy and Docker tell, which verify takes without an edit."""
import harness


class InitCommand(harness.Scenario):
    """What the classes below share; has no test of its own."""

    def init(self, *flags):
        return self.lgtmwatch("init", *flags)

    def init_on(self, sandbox, *flags, components=("grafana", "alloy", "docker")):
        names = {"grafana": "grafana.url", "alloy": "alloy.url", "docker": "docker.socket"}
        return self.init(*(f"--{names[each]}={sandbox.addresses[each]}" for each in components), *flags)

    def output(self):
        return self.folder / "made.yaml"

    def assert_written(self, done):
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertIn(f"lgtmwatch verify --config.file={self.output()}", done.stderr)
        return self.output().read_text()


class InitScenario(InitCommand):
    def test_on_the_sandbox_what_init_writes_is_verified_without_an_edit(self):
        for components in (("grafana", "alloy", "docker"), ("grafana", "alloy")):
            with self.subTest(components):
                sandbox = self.start_sandbox(name="sandbox-of-" + "-".join(components))
                written = self.assert_written(
                    self.init_on(sandbox, f"--output={self.output()}", "--force", components=components))
                self.assertIn("- { name: docker, component: loki.source.docker.containers }", written)
                done = self.verify(self.output())
                self.assertEqual(done.returncode, 0, done.stdout)
                for way in ("metrics@backend", "logs@backend", "logs@docker", "traces@backend"):
                    self.assertIn(f"  ok        scanium-backend/{way} is fresh", done.stdout)
                for receiver in ("backend", "mobile-http", "mobile-grpc"):
                    self.assertIn(f"  ok        receiver {receiver} takes traces", done.stdout)

    def test_canaries_pass_once_their_line_is_put_in_force(self):
        sandbox = self.start_sandbox()
        written = self.assert_written(self.init_on(sandbox, f"--output={self.output()}"))
        self.output().write_text(written.replace("# canaries: {}", "canaries: {}"))
        done = self.verify(self.output())
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("canary", done.stdout)

    def test_alloy_alone_tells_of_loki_and_mimir_and_of_tempo_why_not(self):
        done = self.init_on(self.start_sandbox(), "--output=-", components=("alloy",))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("which does not tell where Tempo is asked", " ".join(done.stdout.split()).replace(" # ", " "))
        self.assertIn("    # tempo: { url: http://127.0.0.1:3200 }\n", done.stdout)
        self.assertIn("warning: Tempo is not watched: ", done.stderr)
        self.assertIn("    loki:\n", done.stdout)

    def test_to_standard_output_nothing_else_is_written_there(self):
        done = self.init_on(self.start_sandbox(), "--output=-")
        checked = self.lgtmwatch("check-config", self.write("piped.yaml", done.stdout))
        self.assertEqual((checked.returncode, checked.stderr), (0, ""), checked.stdout)

    def test_a_datasource_that_does_not_work_is_left_out_with_the_reason(self):
        done = self.init_on(self.start_sandbox("grafana-ds-wrong-url:loki"), "--output=-", components=("grafana",))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no datasource of Grafana works for it", done.stdout)
        self.assertNotIn("\n    loki:\n", done.stdout)

    def test_a_backend_whose_datasource_does_not_work_is_found_where_alloy_sends_to(self):
        sandbox = self.start_sandbox("grafana-ds-wrong-url:loki")
        done = self.init_on(sandbox, "--output=-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"\n    loki:\n      url: {sandbox.addresses['loki']}\n", done.stdout)
        self.assertIn("no datasource of Grafana works for it", done.stdout)
        self.assertIn("- { receiver: docker, max_age: 5m }", done.stdout)

    def test_what_is_broken_while_init_looks_is_told_and_not_taken_for_how_it_should_be(self):
        sandbox = self.start_sandbox("app-logger-not-exported", "backend-down:tempo")
        done = self.init_on(sandbox, "--output=-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: Tempo is not watched: ", done.stderr)
        sandbox.clear_fault("backend-down:tempo")
        done = self.init_on(sandbox, "--output=-")
        self.assertNotIn("warning", done.stderr)
        self.assertRegex(done.stdout, r"its logs do\s+(#\s+)?not\. Where they should,(.|\n)*?# - { receiver: backend, max_age: ")

    def test_docker_is_named_as_docker_host_names_it(self):
        sandbox = self.start_sandbox()
        sandbox.addresses["docker"] = sandbox.addresses["docker"].replace("http://", "tcp://")
        self.assertIn("\n    docker: { socket: ", self.init_on(sandbox, "--output=-").stdout)

    def test_a_receiver_that_refuses_is_left_out_with_the_reason(self):
        done = self.init_on(self.start_sandbox("alloy-receiver-not-listening:backend"), "--output=-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"# from here: .*refused(.|\n)*?# - { name: backend, otlp: http")

    def test_a_grafana_that_lets_nobody_in_leaves_the_backends_to_alloy(self):
        done = self.init_on(self.start_sandbox("watcher-auth-rejected:grafana"), "--output=-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("--grafana.token-file", done.stdout)
        self.assertIn("\n    mimir:\n", done.stdout)


class InitFilesScenario(InitCommand):
    def test_nothing_is_overwritten_but_by_force(self):
        sandbox = self.start_sandbox()
        self.output().write_text("mine\n")
        done = self.init_on(sandbox, f"--output={self.output()}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"error: {self.output()} exists already; nothing was written\nhint: --force", done.stderr)
        self.assertEqual(self.output().read_text(), "mine\n")
        self.assertIn("stacks:", self.assert_written(self.init_on(sandbox, f"--output={self.output()}", "--force")))

    def test_a_folder_that_is_not_there_is_named(self):
        done = self.init_on(self.start_sandbox(), "--output=no/such/folder.yaml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write no/such/folder.yaml: No such file or directory", done.stderr)

    def test_where_nothing_answers_nothing_is_written(self):
        done = self.init(f"--grafana.url=http://127.0.0.1:{harness.free_port()}", f"--output={self.output()}")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("nothing was found that could be watched; nothing was written", done.stderr)
        self.assertRegex(done.stderr, r"^error: Grafana at http://127\.0\.0\.1:\d+: .*refused")
        self.assertFalse(self.output().exists())

    def test_addresses_that_were_mixed_up_are_told_as_such(self):
        sandbox = self.start_sandbox()
        done = self.init(f"--grafana.url={sandbox.addresses['alloy']}", f"--alloy.url={sandbox.addresses['grafana']}",
                         f"--output={self.output()}")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"(?m)^error: Grafana at .*: it does not know /api/datasources, so it is not Grafana")
        self.assertRegex(done.stderr, r"(?m)^error: Alloy at .*: it does not know /api/v0/web/components, so it is not Alloy")

    def test_a_token_is_sent_and_its_file_is_named_in_the_configuration(self):
        token = self.write("grafana.token", "glsa_sandbox\n")
        sandbox = self.start_sandbox()
        written = self.assert_written(
            self.init_on(sandbox, f"--grafana.token-file={token}", f"--output={self.output()}"))
        self.assertIn(f"auth: {{ bearer_token_file: {token} }}", written)
        self.assertNotIn("glsa_sandbox", written)
        self.assertEqual(self.verify(self.output()).returncode, 0)

    def test_wrong_flags_are_usage_errors(self):
        for flags, why in (((), "init needs to know where to look"), (("--grafana.url=grafana",), "--grafana.url: "),
                           (("--alloy.url=ftp://a:1",), "--alloy.url: "),
                           (("--grafana.url=http://g:1", "--grafana.token-file=absent"), "--grafana.token-file: "),
                           (("--grafana.url=http://g:1", "--timeout=soon"), "'soon' is not a duration")):
            with self.subTest(flags):
                done = self.init(*flags)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(why, done.stderr)
