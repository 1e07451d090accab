"""The panels of Grafana's dashboard on the stand-in stack: what verify says of them, and what the daemon sees change."""
import harness
from daemon_metrics import WatchedSandbox
from verify_grafana import Unseen

PANELS = ["Request rate", "Instances", "Log lines", "Log lines within an hour", "Newest traces"]
RATE = "Backend overview / Request rate"


class VerifyDashboardsScenario(Unseen):
    def verify_with(self, dashboards, *faults):
        """(exit code, the stack) of the stand-in stack with these dashboards instead of its own."""
        sandbox = self.start_sandbox(*faults)
        sandbox.config.write_text(sandbox.config.read_text().replace("[backend-overview]", dashboards))
        return self.verify_json(sandbox.config)

    def assert_missing(self, dashboard, summary):
        code, stack = self.verify_with(f"['{dashboard}']")
        self.assertEqual((code, stack["state"]), (0, "degraded"))
        self.assertEqual([(finding["cause"], finding["summary"]) for finding in stack["findings"]],
                         [("dashboard-missing", summary)])
        self.assertEqual(stack["dashboards"][0]["state"], "broken")

    def test_every_panel_of_a_healthy_stack_has_data_by_uid_and_by_folder(self):
        for dashboard in ("backend-overview", "folder:Scanium"):
            with self.subTest(dashboard):
                code, stack = self.verify_with(f"['{dashboard}']")
                self.assertEqual((code, stack["findings"]), (0, []))
                shown = stack["dashboards"]
                self.assertEqual([(one["dashboard"], one["state"], one["left_out"]) for one in shown],
                                 [(dashboard, "healthy", 0)])
                self.assertEqual([(panel["panel"], panel["state"]) for panel in shown[0]["panels"]],
                                 [(f"Backend overview / {title}", "data") for title in PANELS])

    def test_a_panel_that_fails_is_named_with_the_words_of_its_backend(self):
        stack = self.assert_finding("dashboard-panel-failing", 0, "dashboard-panel-failing",
                                    "dashboard backend-overview: a panel fails: Backend overview / Log lines",
                                    "parse error")
        self.assertEqual((stack["state"], stack["signals"]),
                         ("degraded", {"metrics": "healthy", "logs": "degraded", "traces": "healthy"}))

    def test_an_unknown_uid_and_an_empty_folder_are_told_apart(self):
        self.assert_missing("gone", "Grafana has no dashboard with the uid gone")
        self.assert_missing("folder:Gone", "Grafana shows lgtmwatch no dashboard in a folder Gone")

    def test_a_single_look_shows_an_empty_panel_and_accuses_nobody(self):
        code, stack = self.verify_with("[backend-overview]", "dashboard-metric-renamed")
        self.assertEqual((code, stack["state"], stack["findings"]), (3, "unknown", []))
        self.assertEqual([panel["panel"] for panel in stack["dashboards"][0]["panels"] if panel["state"] == "empty"],
                         [RATE])

    def test_panels_behind_a_datasource_or_backend_that_does_not_work_are_no_finding_of_their_own(self):
        for fault in ("backend-down:loki", "grafana-ds-wrong-url:mimir", "grafana-ds-uid-changed:loki"):
            with self.subTest(fault):
                self.assert_finding(fault, 1, fault.partition(":")[0])


class DaemonDashboardsScenario(WatchedSandbox):
    def panels(self, metrics):
        return {state: metrics.one("lgtmwatch_dashboard_panels", dashboard="backend-overview", state=state)
                for state in ("data", "empty", "error")}

    def wait_for_runs(self, count):
        """Until the panels were asked so often."""
        seen = set()
        probe = "/api/v1/probes/sandbox/grafana_dashboard/backend-overview"

        def enough():
            seen.add(harness.get_json(self.daemon.url + probe)["last"]["at"])
            return len(seen) > count
        harness.wait_until(enough, what=f"{count} runs")

    def test_a_panel_that_had_data_and_turns_empty_is_a_finding_until_it_is_repaired(self):
        self.watch()
        before = self.daemon.wait_for_metrics(
            lambda now: self.panels(now)["data"] == len(PANELS) and now.all("lgtmwatch_stack_state") == [0])
        self.assertEqual(self.panels(before), {"data": 5, "empty": 0, "error": 0})
        self.wait_for_runs(6)
        self.sandbox.set_fault("dashboard-metric-renamed")
        empty = self.daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_finding", cause="dashboard-metric-renamed", subject="backend-overview") == [1])
        self.assertEqual(self.panels(empty), {"data": 4, "empty": 1, "error": 0})
        self.assertEqual(empty.one("lgtmwatch_stack_state"), 2)
        self.assertEqual(empty.one("lgtmwatch_signal_state", signal="metrics"), 2)
        finding, = harness.get_json(self.daemon.url + "/api/v1/findings")["findings"]
        self.assertEqual(finding["summary"], "dashboard backend-overview: a panel that had data is empty, while "
                                             f"telemetry arrives: {RATE}")
        self.assertIn("/api/ds/query", finding["evidence"][0])
        self.sandbox.clear_fault("dashboard-metric-renamed")
        repaired = self.daemon.wait_for_state(0)
        self.assertEqual((self.panels(repaired)["empty"], repaired.all("lgtmwatch_finding")), (0, []))
