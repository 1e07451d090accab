"""A real Prometheus and a real Alertmanager: rules, the watchdog, silences, notifications, and what fails of it."""
import time

import harness
from real_prometheus import SCRAPED_FOR_A_WHILE, Prometheus, WithPrometheus

RULES = """groups:
  - name: shop
    interval: 1s
    rules:
      - {{ alert: Watchdog, expr: vector(1), labels: {{ severity: none }} }}
      - {{ alert: ShopDown, expr: 'up{{job="gone"}} == 0', labels: {{ severity: critical }} }}
      - {{ alert: Orders, expr: 'rate({metric}[1m]) < 0', labels: {{ severity: warning }} }}
"""


class RulingPrometheus(Prometheus):
    """With a file of rules, and an Alertmanager to which it sends what fires."""

    def __init__(self, folder, jobs, alertmanager, metric="orders_total"):
        self._alertmanager = alertmanager
        (folder / "rules.yml").write_text(RULES.format(metric=metric))
        super().__init__(folder, jobs)

    def _write(self, jobs):
        super()._write(jobs)
        with open(self._file, "a", encoding="utf-8") as file:
            file.write("rule_files: [rules.yml]\n"
                       f"alerting: {{ alertmanagers: [ {{ static_configs: [ {{ targets: ['{self._alertmanager}'] }} ] }} ] }}\n")


class Alertmanager(harness.Process):
    """Debian's prometheus-alertmanager on a free port, with a webhook to an address."""

    def __init__(self, folder, webhook, name="alertmanager"):
        self.port = harness.free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        file = folder / f"{name}.yml"
        file.write_text("route: { receiver: hook, group_wait: 1s, group_interval: 1s, repeat_interval: 1m }\n"
                        f"receivers: [ {{ name: hook, webhook_configs: [ {{ url: '{webhook}' }} ] }} ]\n")
        super().__init__([harness.program("prometheus-alertmanager"), f"--config.file={file}",
                          f"--storage.path={folder / (name + '-data')}", f"--web.listen-address={self.address}",
                          "--cluster.listen-address="], folder, name)
        harness.wait_until(lambda: not self.is_running() or harness.http_request(self.url + "/-/ready")[0] == 200,
                           what=self.text)

    def wait_for_alert(self, name, state="active"):
        def is_there():
            alerts = harness.get_json(self.url + "/api/v2/alerts")
            return [each for each in alerts if each["labels"]["alertname"] == name and each["status"]["state"] == state]
        return harness.wait_until(is_there, what=f"the alert {name} is {state}")

    def silence(self, alert, until):
        body = {"matchers": [{"name": "alertname", "value": alert, "isRegex": False}], "createdBy": "eve",
                "comment": "disks", "startsAt": "2020-01-01T00:00:00Z", "endsAt": until}
        status, answer = harness.http_request(self.url + "/api/v2/silences", "POST", body=body)
        if status != 200:
            raise AssertionError(f"no silence: {status} {answer}")


class WithAlertmanager(WithPrometheus):
    """Has no test of its own."""

    def setUp(self):
        super().setUp()
        self.hook = harness.free_port()  # nobody listens there

    def start_both(self, sent_to=None, **named):
        shop = self.shop()
        alertmanager = self.start(Alertmanager, self.folder, f"http://127.0.0.1:{self.hook}/hook")
        prometheus = self.start(RulingPrometheus, self.folder, {"shop": [shop.address], "gone": ["127.0.0.1:1"]},
                                sent_to or alertmanager.address, **named)
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("shop"))
        return prometheus, alertmanager

    def alerting_config(self, prometheus, alertmanager, groups="[shop]", watchdog="Watchdog"):
        return self.config(prometheus, f"    alerting: {{ rule_groups: {groups}, watchdog: {watchdog},\n"
                                       f"                alertmanager: {{ url: {alertmanager.url} }} }}\n")

    def causes(self, stack):
        return [finding["cause"] for finding in stack["findings"]]

    def criteria(self, stack):
        return {each["criterion"]: each["state"] for each in stack["criteria"]}

    def found(self, stack, cause):
        self.assertIn(cause, self.causes(stack))
        return next(finding for finding in stack["findings"] if finding["cause"] == cause)


class RealAlertingScenario(WithAlertmanager):
    def test_the_way_of_alerts_and_what_fails_on_it(self):
        prometheus, alertmanager = self.start_both()
        alertmanager.wait_for_alert("Watchdog")
        alertmanager.wait_for_alert("ShopDown")
        config = self.alerting_config(prometheus, alertmanager)
        _, stack = self.verify_json(config)
        criteria = self.criteria(stack)
        for name in ("the ruler has the rule group shop", "the metrics of alert rules exist",
                     "alertmanager answers and is configured", "the alert Watchdog reaches the alertmanager"):
            self.assertEqual(criteria[name], "healthy", stack)
        self.assertEqual(stack["signals"], {"metrics": "healthy"})

        with self.subTest("a webhook that nobody answers"):
            def failing():
                _, last = self.verify_json(config)
                return last if "notification-failing" in self.causes(last) else None
            finding = self.found(harness.wait_until(failing, what="notifications fail"), "notification-failing")
            self.assertIn("webhook (", finding["summary"])

        with self.subTest("groups and a watchdog that are not there"):
            _, stack = self.verify_json(self.alerting_config(prometheus, alertmanager, "[shop, other]", "Deadman"))
            finding = self.found(stack, "ruler-rules-not-loaded")
            self.assertIn("no rule group other; it has shop", finding["summary"])
            self.assertIn("the ruler has no rule of the name Deadman", finding["consequences"])
            _, stack = self.verify_json(self.alerting_config(prometheus, alertmanager, "[shop]", "Deadman"))
            self.assertIn("no rule of the name Deadman", self.found(stack, "watchdog-alert-missing")["summary"])

        with self.subTest("a silence for a year, and one of a maintenance"):
            in_the_evening = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 8 * 3600))
            alertmanager.silence("ShopDown", in_the_evening)
            alertmanager.wait_for_alert("ShopDown", "suppressed")
            self.assertNotIn("silence-or-inhibition-left", self.causes(self.verify_json(config)[1]))
            next_year = time.gmtime().tm_year + 1
            alertmanager.silence("ShopDown", f"{next_year}-12-31T00:00:00Z")

            def silenced():
                _, last = self.verify_json(config)
                return last if "silence-or-inhibition-left" in self.causes(last) else None
            finding = self.found(harness.wait_until(silenced, what="the silence hides it"), "silence-or-inhibition-left")
            self.assertIn(f"ShopDown, by a silence of eve (disks) until {next_year}-12-31", finding["summary"])

        with self.subTest("an Alertmanager that is gone"):
            daemon = self.start_daemon(config)

            def healthy(now):
                return now.all("lgtmwatch_signal_state", signal="metrics") == [0]
            daemon.wait_for_metrics(lambda now: healthy(now) and
                                    now.all("lgtmwatch_probe_success", probe="alertmanager_metrics") == [1])
            alertmanager.kill()
            daemon.wait_for_metrics(lambda now: healthy(now) and
                                    now.all("lgtmwatch_finding", cause="alertmanager-down") == [1])

    def test_a_rule_on_a_metric_that_nobody_exports_is_named(self):
        prometheus, alertmanager = self.start_both(metric="orders_count")
        alertmanager.wait_for_alert("Watchdog")
        _, stack = self.verify_json(self.alerting_config(prometheus, alertmanager))
        finding = self.found(stack, "rule-on-absent-metric")
        self.assertIn("shop/Orders can never fire: orders_count has no series", finding["summary"])
        self.assertTrue(any("orders_count" in line for line in finding["evidence"]), finding)


class UndeliveredAlertsScenario(WithAlertmanager):
    def test_a_prometheus_that_sends_elsewhere_reaches_no_alertmanager(self):
        prometheus, alertmanager = self.start_both(sent_to="127.0.0.1:1")
        config = self.alerting_config(prometheus, alertmanager)
        causes = self.causes(self.verify_json(config)[1])
        self.assertNotIn("watchdog-alert-missing", causes, "it may still be on its way")

        def unreached():
            _, last = self.verify_json(config)
            return last if "ruler-cannot-reach-alertmanager" in self.causes(last) else None
        stack = harness.wait_until(unreached, 240, "what fires is not there for two minutes")
        self.assertNotIn("watchdog-alert-missing", self.causes(stack), "it follows")
        consequences = self.found(stack, "ruler-cannot-reach-alertmanager")["consequences"]
        self.assertTrue(any("Watchdog fires in the ruler" in each for each in consequences), consequences)
