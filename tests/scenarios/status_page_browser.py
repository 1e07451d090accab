"""The status page in a real browser: with JavaScript and without, on a narrow screen, by keyboard, to a screen reader."""
import json

import harness
from browser import WithBrowser
from canaries import WithCanaries
from status_page import BROKEN, HEALTHY, ManyStacks

NAMES = "[...document.querySelectorAll('.stacks a')].map((each) => each.textContent)"
SEARCH = "document.querySelector('[type=search]')"
MOMENT = "document.querySelector('main small').textContent"


class ManyStacksInABrowserScenario(ManyStacks, WithBrowser):
    def setUp(self):
        super().setUp()
        self.browser = self.start_browser()
        self.browser.show(self.daemon.url + "/")

    def wait_for(self, script, wanted):
        harness.wait_until(lambda: self.browser.run(script) == wanted,
                           what=lambda: f"{script} is {wanted}; it is {self.browser.run(script)}")

    def test_the_page_follows_what_is_typed_and_loads_nothing_from_elsewhere(self):
        self.browser.run("window.sameDocument = true")
        self.browser.run(SEARCH + ".focus()")
        self.browser.type("dead")
        self.wait_for(NAMES, [f"dead-{number}" for number in range(BROKEN)])
        self.wait_for("document.querySelector('[role=status]').textContent.includes('4 stacks fit')", True)
        self.browser.type("-2")
        self.wait_for(NAMES, ["dead-2"])
        self.assertEqual(self.browser.run("location.search"), "?search=dead-2")
        self.assertTrue(self.browser.run("sameDocument && document.activeElement === " + SEARCH))
        self.browser.run(SEARCH + ".select()")
        self.browser.type("shop")
        self.wait_for(NAMES + ".length", HEALTHY)
        self.browser.run("document.querySelector('[type=checkbox]').click()")
        self.wait_for(NAMES, [])
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual({url for url in self.browser.asked if not url.startswith(self.daemon.url + "/")}, set())

    def test_a_change_is_shown_at_once_and_what_is_searched_for_stays(self):
        self.browser.show(self.daemon.url + "/?search=shop+1")
        self.wait_for(NAMES + ".length", 13)
        self.browser.run("window.sameDocument = true")
        self.sandbox.set_fault("backend-down:loki")
        self.wait_for("document.querySelectorAll('.is-broken').length", 13)
        self.wait_for("document.title", "lgtmwatch: broken")
        self.assertEqual(self.browser.run(SEARCH + ".value"), "shop 1")
        self.assertTrue(self.browser.run("sameDocument"))

    def test_the_keyboard_stays_where_it_was_when_the_page_is_shown_anew(self):
        self.browser.run("[...document.querySelectorAll('.stacks a')].at(-1).focus()")
        focused = self.browser.run("document.activeElement.href")
        before = self.browser.run(MOMENT)
        self.sandbox.set_fault("backend-down:loki")
        self.wait_for(f"{MOMENT} !== {json.dumps(before)}", True)
        self.assertEqual(self.browser.run("document.activeElement.href"), focused)
        self.browser.press("Enter")
        self.wait_for("location.href", focused)

    def test_without_javascript_the_form_chooses(self):
        self.browser.be(scripts=False)
        self.browser.show(self.daemon.url + "/")
        self.browser.run(SEARCH + ".focus()")
        self.browser.type("dead-3")
        self.browser.press("Enter")
        self.wait_for("location.search", "?search=dead-3")
        self.wait_for(NAMES, ["dead-3"])

    def test_a_screen_reader_is_told_what_is_what(self):
        told = self.browser.accessible()
        self.assertIn(("searchbox", "Search"), told)
        self.assertIn(("checkbox", "only broken"), told)
        self.assertIn(("heading", "dead-0 broken"), told)
        self.assertEqual([name for role, name in told if role in ("main", "navigation", "search", "status")], [""] * 4)
        self.assertEqual(sum(role == "listitem" for role, _ in told), HEALTHY + BROKEN)


class OneStackInABrowserScenario(WithCanaries, WithBrowser):
    def test_every_page_fits_on_a_telephone_and_the_lines_of_latency_have_names(self):
        sandbox = self.start_with_canaries("{ interval: 5s }", "app-logger-not-exported")
        sandbox.set_pace("1s", "900ms")
        daemon = self.start_daemon(sandbox.config)
        daemon.wait_for_state(3)
        browser = self.start_browser()
        browser.be(width=400)
        browser.show(daemon.url + "/stacks/sandbox")
        harness.wait_until(lambda: browser.run("document.querySelectorAll('.sparkline').length") > 10)
        self.assertTrue(any(role == "img" or role == "image" for role, name in browser.accessible() if "the last" in name))
        probe = harness.get_json(daemon.url + "/api/v1/probes/")["probes"][0]["id"]
        for path in ("/stacks/sandbox", "/", "/probes", "/probes/" + probe, "/causes", "/causes/app-logger-not-exported"):
            with self.subTest(path):
                browser.show(daemon.url + path)
                self.assertLessEqual(browser.run("document.documentElement.scrollWidth"), 400)
        browser.show(daemon.url + "/stacks/sandbox")
        browser.run("document.querySelector('.finding a').click()")
        harness.wait_until(lambda: browser.run("location.pathname") == "/causes/app-logger-not-exported")
        self.assertEqual(browser.complaints, [])
