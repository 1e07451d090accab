"""Something else answers in a component's place: that is unknown, never "it holds nothing"."""
import harness

PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>"
NEVER = {"loki": "no labels", "tempo": "no services", "mimir": "only the stack's own jobs"}


class WrongAnswererScenario(harness.Scenario):
    def assert_unknown(self, component, answer, *telling):
        sandbox = self.start_sandbox()
        server = self.serve(answer)
        sandbox.config.write_text(sandbox.config.read_text().replace(sandbox.addresses[component], server.url))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["watcher-query-failed"])
        finding = stack["findings"][0]
        self.assertEqual(finding["subject"], component)
        self.assertIn(f"{component.capitalize()} cannot be asked at ", finding["summary"])
        for part in telling:
            self.assertIn(part, finding["summary"])
        self.assertIn("check that it is", finding["remedy"][0])
        self.assertIn(server.url, "\n".join(finding["evidence"]))
        self.assertNotIn(NEVER[component], str(stack))
        self.assertEqual(code, 3)

    def test_a_web_server_that_knows_no_such_page_in_lokis_place(self):
        self.assert_unknown("loki", lambda path: (404, "text/html", PAGE), "answered 404")

    def test_a_web_server_with_one_page_for_everything_in_lokis_place(self):
        self.assert_unknown("loki", lambda path: (200, "text/html", PAGE), "answered 200, but not that it is ready")

    def test_a_web_server_with_one_page_for_everything_in_tempos_place(self):
        self.assert_unknown("tempo", lambda path: (200, "text/html", PAGE), "answered 200, but not that it is ready")

    def test_a_web_server_with_one_page_for_everything_in_mimirs_place(self):
        self.assert_unknown("mimir", lambda path: (200, "text/html", PAGE), "answered 200, but not that it is ready")

    def test_another_json_api_in_lokis_place(self):
        self.assert_unknown("loki", lambda path: (200, "application/json", b'{"hello":"world"}'), "answered 200, but not that it is ready")

    def test_another_json_api_in_mimirs_place(self):
        self.assert_unknown("mimir", lambda path: (200, "application/json", b'{"hello":"world"}'), "answered 200, but not that it is ready")

    def test_loki_in_tempos_place(self):
        sandbox = self.start_sandbox()
        text = sandbox.config.read_text()
        sandbox.config.write_text(text.replace(sandbox.addresses["tempo"], sandbox.addresses["loki"]))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 3)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["watcher-query-failed"])
        self.assertIn("Tempo cannot be asked", stack["findings"][0]["summary"])

    def test_a_web_server_in_alloys_place_is_not_taken_for_alloy(self):
        sandbox = self.start_sandbox()
        server = self.serve(lambda path: (200, "text/html", PAGE))
        sandbox.config.write_text(sandbox.config.read_text().replace(sandbox.addresses["alloy"], server.url))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 3, stack)
        self.assertEqual(stack["state"], "unknown")

    def test_a_web_server_in_a_receivers_place_is_no_receiver(self):
        sandbox = self.start_sandbox()
        server = self.serve(lambda path: (200, "text/html", PAGE))  # and 501 to POST
        text = sandbox.config.read_text()
        sandbox.config.write_text(text.replace(sandbox.addresses["receivers"]["backend"], server.url))
        code, stack = self.verify_json(sandbox.config)
        self.assertEqual(code, 1)
        self.assertEqual([finding["subject"] for finding in stack["findings"]], ["backend"])
