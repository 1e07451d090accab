"""verify on the stand-in stack with one fault on the way of its alerts: no signal is worse for it."""
from verify_faults import OneFault


class VerifyAlertingScenario(OneFault):
    def assert_beside(self, fault, code, cause, *telling):
        stack = self.assert_finding(fault, code, cause, *telling)
        self.assertEqual(stack["findings"][0]["stage"], "alert")
        self.assertEqual(stack["signals"], {"metrics": "healthy", "logs": "healthy", "traces": "healthy"})
        return stack

    def test_a_rule_on_a_metric_that_nobody_exports(self):
        stack = self.assert_beside("rule-on-absent-metric", 0, "rule-on-absent-metric", "lgtmwatch/ScrapeSlow",
                                   'scrape_duration_milliseconds{job="loki"}')
        self.assertEqual(stack["state"], "degraded")

    def test_a_ruler_without_rules(self):
        stack = self.assert_beside("ruler-rules-not-loaded", 1, "ruler-rules-not-loaded", "has no rules at all")
        self.assertIn("the ruler has no rule of the name Watchdog", stack["findings"][0]["consequences"])

    def test_a_ruler_that_reaches_no_alertmanager(self):
        self.assert_beside("ruler-cannot-reach-alertmanager", 1, "ruler-cannot-reach-alertmanager",
                           "the ruler reaches no Alertmanager", "while Watchdog fires")

    def test_an_alertmanager_without_configuration(self):
        self.assert_beside("alertmanager-not-configured", 1, "alertmanager-not-configured",
                           "the Alertmanager is not configured")

    def test_an_alertmanager_behind_a_gateway_that_gets_no_answer(self):
        self.assert_beside("alertmanager-down", 1, "alertmanager-down", "answered 502")

    def test_a_watchdog_that_does_not_arrive(self):
        self.assert_beside("watchdog-alert-missing", 1, "watchdog-alert-missing", "Watchdog fires in the ruler",
                           "the Alertmanager does not have it")

    def test_notifications_that_fail(self):
        self.assert_beside("notification-failing", 1, "notification-failing", "webhook (12 of 12 failed)")

    def test_a_silence_that_was_left(self):
        stack = self.assert_beside("silence-or-inhibition-left", 0, "silence-or-inhibition-left",
                                   "TargetDown, by a silence of eve (moving the disks) until 2099-01-01T00:00:00Z")
        self.assertEqual(stack["state"], "healthy")
