"""docs/metrics.md is what the daemon shows: every family with its type, its labels and its help."""
import re

import harness

REFERENCE = harness.SOURCE_DIR / "docs" / "metrics.md"
WATCHED = """
    canaries: { interval: 5s }
stacks_from: { file_sd: [ { files: [stacks.d/*.json] } ] }
notify:
  webhooks: [ { name: chat, url: "http://127.0.0.1:1/" } ]
  heartbeat: { url: "http://127.0.0.1:1/", interval: 10s }
"""
COME_LATER = {"lgtmwatch_heartbeat_last_success_timestamp_seconds"}  # nobody hears the heartbeat here


def rows_of(text):
    """The row of the reference for each family of /metrics."""
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.M))
    types = dict(re.findall(r"^# TYPE (\S+) (.*)$", text, re.M))
    labels = {name: [] for name in types}
    for name, has, _ in harness.Metrics(text).samples:
        family = name if name in types else re.sub(r"_(bucket|sum|count)$", "", name)
        labels[family] += [label for label in has if label not in labels[family] and label != "le"]
    return {name: f"| `{name}` | {types[name]} | {', '.join(labels[name])} | {helps[name]} |" for name in types}


class MetricsReferenceScenario(harness.Scenario):
    def test_the_reference_names_what_is_shown_and_nothing_else(self):
        sandbox = self.start_sandbox("app-logger-not-exported")
        sandbox.set_pace("1s", "1s")
        daemon = self.start_daemon(self.write("watched.yaml", sandbox.config.read_text() + WATCHED))
        written = {row.split("`")[1]: row for row in REFERENCE.read_text().splitlines() if row.startswith("| `")}
        shown = {}

        def is_all_there():
            for name, row in rows_of(daemon.metrics().text).items():
                if len(row) > len(shown.get(name, "")):
                    shown[name] = row
            return written.keys() - COME_LATER <= shown.keys()
        try:
            harness.wait_until(is_all_there, what=lambda: f"not shown: {sorted(written.keys() - shown.keys() - COME_LATER)}")
        finally:
            wrong = [row for name, row in shown.items() if written.get(name) != row]
            self.assertEqual(wrong, [], "docs/metrics.md should have:\n" + "\n".join(wrong))
