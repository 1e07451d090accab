"""verify on the stand-in stack with one fault of its Grafana: telemetry arrives, and people cannot see it."""
import harness
from verify_faults import OneFault

SIGNALS = {"loki": "logs", "tempo": "traces", "mimir": "metrics"}


class Unseen(OneFault):
    """What the classes below share; has no test of its own."""

    def assert_unseen(self, fault, cause, signals, *telling):
        """The stack is broken at the stage visualize, the signals are degraded, and all else is healthy."""
        stack = self.assert_finding(fault, 1, cause, *telling)
        self.assertEqual(stack["state"], "broken")
        self.assertEqual(stack["findings"][0]["stage"], "visualize")
        self.assertEqual(stack["signals"], {signal: "degraded" if signal in signals else "healthy"
                                            for signal in SIGNALS.values()})

    def assert_ds(self, fault, backend, *telling):
        self.assert_unseen(f"{fault}:{backend}", fault, [SIGNALS[backend]], *telling)


class VerifyGrafanaScenario(Unseen):
    def test_a_grafana_that_refuses_connections_is_down(self):
        self.assert_unseen("grafana-down-or-db", "grafana-down-or-db", SIGNALS.values(), "Grafana is down",
                           "refused the connection")

    def test_a_grafana_that_never_answers_hangs(self):
        self.assert_unseen("grafana-hung", "grafana-hung", SIGNALS.values(), "Grafana hangs", "no answer from")

    def test_a_grafana_whose_database_fails_is_not_ready(self):
        self.assert_unseen("grafana-down-or-db:database", "grafana-down-or-db", SIGNALS.values(),
                           "Grafana says that it is not ready: its database is failing")

    def test_a_grafana_that_rejects_the_token_leaves_unknown_what_people_see(self):
        stack = self.assert_finding("watcher-auth-rejected:grafana", 3, "watcher-auth-rejected",
                                    "Grafana rejects lgtmwatch's credentials", "401", "is unknown")
        self.assertEqual(stack["findings"][0]["stage"], "watch")
        self.assertEqual(set(stack["signals"].values()), {"unknown"})

    def test_a_wrong_token_is_rejected_and_the_right_one_taken(self):
        sandbox = self.start_sandbox()
        text = sandbox.config.read_text()
        for token, code in (("glsa_other", 3), ("glsa_sandbox", 0)):
            file = self.write(token, token)
            config = self.write(f"{token}.yaml", text.replace(
                "      datasources:", f"      auth: {{ bearer_token_file: {file} }}\n      datasources:"))
            done = self.verify(config)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertEqual("invalid API key" in done.stdout, code == 3)


class VerifyDatasourcesScenario(Unseen):
    def test_a_wrong_port_or_host_reaches_nothing(self):
        for backend in ("loki", "tempo"):
            with self.subTest(backend):
                self.assert_ds("grafana-ds-wrong-url", backend,
                               f"Grafana's datasource {backend} reaches nothing at its URL: it answers 502")

    def test_a_wrong_prefix_is_told_from_a_wrong_host(self):
        self.assert_ds("grafana-ds-wrong-url", "mimir", "Grafana's datasource mimir asks under a wrong path",
                       "404 page not found")

    def test_a_datasource_that_is_missing(self):
        self.assert_ds("grafana-ds-missing", "loki", "no datasource with the uid loki, nor another of its type")

    def test_a_datasource_with_another_uid_is_named_with_it(self):
        self.assert_ds("grafana-ds-uid-changed", "tempo", "no datasource with the uid tempo",
                       "of its type there is P214B5B846CF3925F")

    def test_a_datasource_that_is_green_and_shows_nothing(self):
        for backend in SIGNALS:
            with self.subTest(backend):
                self.assert_ds("grafana-ds-green-but-empty", backend, f"datasource {backend} answers, but shows nothing",
                               "itself has data for the same question")

    def test_a_datasource_without_the_tenant_that_lgtmwatch_reads_with(self):
        sandbox = self.start_sandbox("grafana-ds-tenant-missing:loki")
        text = sandbox.config.read_text()
        sandbox.config.write_text(text.replace("  - name: sandbox\n", "  - name: sandbox\n    tenant: shop\n"))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["grafana-ds-tenant-missing"])
        self.assertIn("datasource loki sends no tenant that Loki takes", stack["findings"][0]["summary"])

    def test_a_backend_that_is_down_explains_its_datasource(self):
        stack = self.assert_finding("backend-down:loki", 1, "backend-down", "Loki is down")
        self.assertIn("Grafana's datasource loki: it answers 502 without a word", stack["findings"][0]["consequences"])


class VerifyFoundDatasourcesScenario(harness.Scenario):
    """Without uids in the configuration all datasources of a backend's type are asked."""

    def verify_without_uids(self, *faults):
        sandbox = self.start_sandbox(*faults)
        lines = sandbox.config.read_text().splitlines(keepends=True)
        sandbox.config.write_text("".join(line for line in lines if "datasources:" not in line))
        return self.verify_json(sandbox.config)

    def test_another_uid_is_a_fault_of_the_dashboards_alone_that_name_the_old_one(self):
        code, stack = self.verify_without_uids("grafana-ds-uid-changed:loki")
        self.assertEqual((code, stack["state"]), (0, "degraded"))
        self.assertEqual([(finding["cause"], finding["summary"]) for finding in stack["findings"]],
                         [("grafana-ds-uid-changed",
                           "dashboard backend-overview: 2 panels of a datasource that Grafana does not know (loki): "
                           "Backend overview / Log lines, Backend overview / Log lines within an hour")])

    def test_a_backend_of_which_grafana_has_no_datasource_is_named(self):
        code, stack = self.verify_without_uids("grafana-ds-missing:mimir")
        self.assertEqual(code, 1)
        self.assertEqual([finding["summary"] for finding in stack["findings"]],
                         ["Grafana has no datasource of Mimir's type"])
        self.assertIn("the panel Backend overview / Request rate fails", stack["findings"][0]["consequences"])
