"""The dashboard: its form, and that every query of every panel returns data in Debian's real Prometheus."""
import json
import re
import unittest
import urllib.parse

import harness
import yaml
from real_prometheus import Prometheus
from watched import Watched

FOLDER = harness.SOURCE_DIR / "config/dashboards"
DASHBOARD = json.loads((FOLDER / "lgtmwatch.json").read_text())
KINDS = {"bargauge", "heatmap", "stat", "state-timeline", "table", "timeseries"}
VARIABLES = {"datasource": "datasource", "stack": "query", "signal": "query", "lgtmwatch": "textbox"}
WIDTH = 24
FAULT = "app-logger-not-exported"
# What Grafana would put in place of its own variables, for a scrape every second.
BUILT_IN = {"__rate_interval": "30s", "__range": "60s", "__interval": "1s"}


def panels():
    """All but rows, also those inside of collapsed rows."""
    found = [panel for top in DASHBOARD["panels"] for panel in (top, *top.get("panels", []))]
    return [panel for panel in found if panel["type"] != "row"]


def substituted(expression, values):
    """As Grafana's Prometheus plugin does it: several values become a group of a regular expression."""
    def value(match):
        name = match.group(1) or match.group(2)
        found = values[name]
        return found if isinstance(found, str) else "(" + "|".join(map(re.escape, found)).replace("\\", "\\\\") + ")"
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, expression)


class DashboardTest(unittest.TestCase):
    def test_every_panel_has_queries_a_title_and_a_description(self):
        self.assertGreater(len(panels()), 30)
        for panel in panels():
            with self.subTest(panel["title"]):
                self.assertIn(panel["type"], KINDS)
                self.assertTrue(panel["description"])
                self.assertGreater(len(panel["targets"]), 0)
                for target in (panel, *panel["targets"]):
                    self.assertEqual(target["datasource"], {"type": "prometheus", "uid": "${datasource}"})
                references = [target["refId"] for target in panel["targets"]]
                self.assertEqual(len(references), len(set(references)))
                for target in panel["targets"]:
                    self.assertTrue(target["expr"])
                    self.assertEqual(panel["type"] == "table", target.get("format") == "table")

    def test_ids_and_titles_are_unique_and_no_panel_lies_on_another(self):
        tops = DASHBOARD["panels"]
        for values in ([panel["id"] for panel in tops], [panel["title"] for panel in panels()]):
            self.assertEqual(len(values), len(set(values)))
        taken = {}
        for panel in tops:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], WIDTH, panel["title"])
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertIsNone(taken.setdefault((x, y), None), panel["title"])
                    taken[(x, y)] = panel["title"]

    def test_the_chapters_of_an_operator_are_there(self):
        rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
        self.assertEqual(rows, ["Is the telemetry all right?", "Findings", "Stages", "Ingestion", "Freshness",
                                "Canaries", "Components", "lgtmwatch itself"])

    def test_the_variables_are_there_and_no_other_is_used(self):
        variables = {variable["name"]: variable["type"] for variable in DASHBOARD["templating"]["list"]}
        self.assertEqual(variables, VARIABLES)
        used = set(re.findall(r"\$\{?(\w+)", json.dumps([panel["targets"] for panel in panels()])))
        self.assertEqual(used - set(VARIABLES) - set(BUILT_IN), set())

    def test_links_lead_to_pages_of_lgtmwatch(self):
        links = re.findall(r'"url": "([^"]*)"', json.dumps(DASHBOARD))
        self.assertGreater(len(links), 3)
        for link in links:
            self.assertRegex(link, r"^\$\{lgtmwatch\}/(causes(/\$\{__(value\.text|data\.fields\.cause)\})?)?$")

    def test_it_can_be_provisioned(self):
        provider = yaml.safe_load((FOLDER / "provider.yaml").read_text())["providers"][0]
        self.assertEqual((provider["type"], DASHBOARD["id"], DASHBOARD["uid"]), ("file", None, "lgtmwatch"))
        datasource = yaml.safe_load((FOLDER / "datasource.yaml").read_text())["datasources"][0]
        self.assertEqual(datasource["type"], "prometheus")


class DashboardQueriesScenario(Watched):
    def setUp(self):
        super().setUp()
        daemon = self.watch(FAULT)
        daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause=FAULT) == [1])
        self.prometheus = self.start(Prometheus, self.folder, {"watcher": [f"127.0.0.1:{daemon.port}"]})
        self.prometheus.wait_for("count_over_time(lgtmwatch_build_info[1m]) >= 3")

    def result(self, path, **parameters):
        return harness.get_json(f"{self.prometheus.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")["data"]

    def values_of(self, variable, values):
        """label_values(SELECTOR, LABEL), as Grafana asks for it."""
        selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
        return self.result(f"label/{label}/values", **{"match[]": substituted(selector, values)})

    def samples_of(self, target, values):
        """Those with a number, of an instant or of the last minute."""
        expression = substituted(target["expr"], values)
        if target["instant"]:
            samples = [each["value"] for each in self.result("query", query=expression)["result"]]
        else:
            now = float(self.result("query", query="time()")["result"][1])
            found = self.result("query_range", query=expression, start=now - 30, end=now, step=5)["result"]
            samples = [value for each in found for value in each["values"]]
        return [value for _, value in samples if value != "NaN"]

    def test_every_query_of_every_panel_returns_data(self):
        values = dict(BUILT_IN)
        for variable in DASHBOARD["templating"]["list"]:
            if variable["type"] == "query":
                values[variable["name"]] = self.values_of(variable, values)
        self.assertEqual(values["stack"], ["sandbox"])
        self.assertEqual(set(values["signal"]), {"metrics", "logs", "traces"})
        asked = 0
        for panel in panels():
            for target in panel["targets"]:
                with self.subTest(panel["title"], query=target["refId"]):
                    harness.wait_until(lambda: self.samples_of(target, values), 60,
                                       f"{panel['title']}: no data for {substituted(target['expr'], values)}")
                    asked += 1
        self.assertGreaterEqual(asked, len(panels()))
        with self.subTest("a query without data is seen"):
            self.assertEqual(self.samples_of({"expr": 'lgtmwatch_stack_state{stack="$stack-x"}', "instant": False}, values), [])
