"""The file of alert rules: its form, and that each alert was seen firing and keeping quiet."""
import pathlib
import shutil
import subprocess
import unittest

import yaml

from promql import functions_of, metrics_of

HERE = pathlib.Path(__file__).resolve().parent
SOURCE_DIR = HERE.parents[1]
RULES = SOURCE_DIR / "config/alerts/lgtmwatch.yaml"
CASES = sorted(HERE.glob("*.yaml"))
BASE = "http://localhost:9797/"
STAGES = {"source", "network", "receive", "process", "export", "ingest", "query", "visualize", "alert", "watch"}

# What Mimir 2.3 (July 2022) and Prometheus 2.42 both have; its ruler refuses fields that it does not know.
GROUP_FIELDS = {"name", "interval", "rules"}
RULE_FIELDS = {"record", "alert", "expr", "for", "labels", "annotations"}
FUNCTIONS = {"abs", "absent", "histogram_quantile", "increase", "label_replace", "max_over_time", "min_over_time", "rate",
             "time", "timestamp", "vector"}
MOST_RULES_OF_A_GROUP = 20  # the default of Mimir's -ruler.max-rules-per-rule-group
SCRAPE_LABELS = {"instance", "job", "pod", "namespace", "service", "endpoint", "container"}
# Who sends them is what they are about.
OF_A_SCRAPE = {"LgtmwatchInstanceDown", "LgtmwatchShardMissing"}


def groups():
    return yaml.safe_load(RULES.read_text())["groups"]


def rules():
    return [rule for group in groups() for rule in group["rules"]]


def alerts():
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def tests():
    return [test for file in CASES for test in yaml.safe_load(file.read_text())["tests"]]


def without_a_pair(names, cases):
    """Alerts that no case shows firing, and those that none with data shows quiet."""
    looks = [(test, look) for test in cases for look in test.get("alert_rule_test", [])]
    fires = {look["alertname"] for _, look in looks if look["exp_alerts"]}
    quiet = {look["alertname"] for test, look in looks if not look["exp_alerts"] and test.get("input_series")}
    return sorted(set(names) - fires), sorted(set(names) - quiet)


def promtool(*arguments):
    path = shutil.which("promtool")
    if path is None:
        raise AssertionError("promtool is not on PATH; scripts/setup test installs it")
    return subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False,
                          cwd=HERE)


class PromtoolTest(unittest.TestCase):
    def test_it_has_no_complaint(self):
        done = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(rules())} rules found", done.stdout)

    def test_every_case_holds(self):
        self.assertGreaterEqual(len(CASES), 5)
        for case in CASES:
            with self.subTest(case.name):
                done = promtool("test", "rules", case)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class CasesTest(unittest.TestCase):
    def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_must_not(self):
        fires, quiet = without_a_pair(set(alerts()) - {"Watchdog"}, tests())
        self.assertEqual((fires, quiet), ([], []))
        self.assertEqual(without_a_pair(["Watchdog"], tests())[0], [])  # it has no other case

    def test_that_look_finds_what_is_missing(self):
        data = [{"series": "a", "values": "1"}]
        fires = {"alertname": "A", "exp_alerts": [{"exp_labels": {}}]}
        quiet = {"alertname": "A", "exp_alerts": []}
        for cases, missing in (([], (["A"], ["A"])),
                               ([{"input_series": data, "alert_rule_test": [fires]}], ([], ["A"])),
                               ([{"input_series": data, "alert_rule_test": [quiet]}], (["A"], [])),
                               ([{"alert_rule_test": [fires, quiet]}], ([], ["A"])),
                               ([{"input_series": data, "alert_rule_test": [fires, quiet]}], ([], []))):
            with self.subTest(cases):
                self.assertEqual(without_a_pair(["A"], cases), missing)

    def test_every_recording_rule_has_a_case(self):
        asked = {name for test in tests() for look in test.get("promql_expr_test", [])
                 if look["exp_samples"] for name in metrics_of(look["expr"])}
        self.assertEqual({rule["record"] for rule in rules() if "record" in rule} - asked, set())

    def test_every_text_names_what_it_is_about_and_where_to_look(self):
        shown = [(look["alertname"], alert) for test in tests() for look in test.get("alert_rule_test", [])
                 for alert in look["exp_alerts"]]
        self.assertGreater(len(shown), 40)
        for name, alert in shown:
            with self.subTest(name):
                labels, annotations = alert["exp_labels"], alert["exp_annotations"]
                for label in ("stack", "signal", "cause", "component", "receiver", "exporter", "route", "source"):
                    self.assertIn(labels.get(label, ""), annotations["summary"])
                self.assertLess(len(annotations["summary"]), 120)
                self.assertRegex(annotations["description"], r"\.$")
                if name != "Watchdog":
                    self.assert_leads_somewhere(annotations["runbook_url"])

    def assert_leads_somewhere(self, url):
        self.assertTrue(url.startswith(BASE), url)
        page, _, stage = url.removeprefix(BASE).partition("#")
        if stage:
            self.assertIn(stage, STAGES)
        if page != "causes":
            self.assertTrue((SOURCE_DIR / f"{page}.md").is_file(), f"{url}: no such page")


class RulesTest(unittest.TestCase):
    def test_the_groups_are_within_what_old_rulers_take(self):
        names = [group["name"] for group in groups()]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(names[0], "lgtmwatch")
        for group in groups():
            self.assertLessEqual(set(group), GROUP_FIELDS, group["name"])
            self.assertLessEqual(len(group["rules"]), MOST_RULES_OF_A_GROUP, group["name"])

    def test_the_rules_have_only_what_old_rulers_know(self):
        for rule in rules():
            with self.subTest(rule.get("alert") or rule["record"]):
                self.assertLessEqual(set(rule), RULE_FIELDS)
                called = functions_of(rule["expr"]) - {"max", "min", "sum", "count"}
                self.assertLessEqual(called, FUNCTIONS)

    def test_every_alert_has_a_severity_a_summary_and_a_description(self):
        names = [rule["alert"] for rule in rules() if "alert" in rule]
        self.assertEqual(len(names), len(set(names)))
        for name, alert in alerts().items():
            with self.subTest(name):
                if name != "LgtmwatchFinding":  # the finding says how severe it is
                    self.assertIn(alert["labels"]["severity"], {"critical", "warning", "info", "none"})
                self.assertLessEqual({"summary", "description"}, set(alert["annotations"]))
                if name != "Watchdog":
                    self.assertIn("runbook_url", alert["annotations"])

    def test_what_a_scrape_adds_is_in_no_alert(self):
        shown = [(look["alertname"], set(alert["exp_labels"])) for test in tests()
                 for look in test.get("alert_rule_test", []) for alert in look["exp_alerts"]]
        self.assertEqual([(name, labels) for name, labels in shown
                          if labels & SCRAPE_LABELS and name not in OF_A_SCRAPE], [])
        # That no case hides it: the series of every case that fires come with labels of a scrape.
        bare = [(test["name"], look["alertname"]) for test in tests() for look in test.get("alert_rule_test", [])
                if look["exp_alerts"] and test.get("input_series")
                and not any("instance=" in each["series"] for each in test["input_series"])]
        self.assertEqual(bare, [])


class PromqlTest(unittest.TestCase):
    def test_names_are_told_from_labels_functions_and_words(self):
        for expression, names in (
                ("vector(1)", set()), ("absent(a_info)", {"a_info"}), ('a{b="c d", e=~"f{2}"} == 3', {"a"}),
                ("max without (instance, job) (rate(a_total[5m])) > 0", {"a_total"}),
                ("a and on (stack) group_left (x) stack:b:count unless c or d", {"a", "stack:b:count", "c", "d"}),
                ('label_replace(a > 0, "signal", "logs", "", "") # b', {"a"}), ("time() - a * 2", {"a"}),
                ("histogram_quantile(0.9, sum by (le) (rate(a_bucket[$__rate_interval])))", {"a_bucket"})):
            with self.subTest(expression):
                self.assertEqual(metrics_of(expression), names)
        self.assertEqual(functions_of("max by (a) (rate(b[5m])) unless on (c) (time() > 1)"), {"rate", "time"})


if __name__ == "__main__":
    unittest.main()
