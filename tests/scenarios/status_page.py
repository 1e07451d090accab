"""The status page of many stacks and the page of one: they say what the JSON says, whatever is searched for."""
import html
import json
import re
import urllib.parse

import harness
from canaries import WithCanaries
from daemon_metrics import WatchedSandbox

NOBODY = "http://127.0.0.1:1"
HEALTHY, BROKEN = 36, 4


def stable(stack):
    """What does not change from one moment to the next while nothing happens."""
    return {"state": stack["state"], "score": stack["score"], "signals": stack["signals"],
            "components": [(each["address"], each["version"]) for each in stack["components"]],
            "paths": [(path["path"], path["signal"], [(stage["stage"], stage["state"]) for stage in path["stages"]])
                      for path in stack["paths"]],
            "findings": [(finding["cause"], finding["since"], finding["remedy"]) for finding in stack["findings"]],
            "dashboards": [(each["dashboard"], each["state"]) for each in stack["dashboards"]]}


def lines_of(page):
    """[(state, link, name)] of an overview."""
    return [(state, link, html.unescape(name)) for state, link, name in
            re.findall(r'<li class="is-(\w+)"><h2><a href="([^"]+)">([^<]+)</a>', page)]


class ManyStacks(harness.Scenario):
    """A daemon that watches many stacks of one Loki; has no test of its own."""

    def setUp(self):
        super().setUp()
        self.sandbox = self.start_sandbox()
        loki = re.search(r"loki: .*?url: \"?(http://[^\s,}\"]+)", self.sandbox.config.read_text(), re.S).group(1)
        stacks = [{"name": f"shop {number}", "loki": {"url": loki}} for number in range(HEALTHY)]
        stacks += [{"name": f"dead-{number}", "loki": {"url": NOBODY}} for number in range(BROKEN)]
        self.daemon = self.start_daemon(self.write("lgtmwatch.yaml", json.dumps(
            {"defaults": {"interval": "2s", "timeout": "1s"}, "stacks": stacks})))
        self.daemon.wait_for_metrics(
            lambda now: sorted(now.all("lgtmwatch_stack_state")) == [0] * HEALTHY + [3] * BROKEN)


class ManyStacksScenario(ManyStacks):
    def page(self, path="/"):
        status, text = harness.http_request(self.daemon.url + path)
        self.assertEqual(status, 200, text)
        return text

    def stacks(self, is_wanted):
        """Of the JSON, as they come on the page."""
        stacks = [stack for stack in harness.get_json(self.daemon.url + "/api/v1/status")["stacks"] if is_wanted(stack)]
        return [stack["name"] for stack in sorted(stacks, key=lambda stack: stack["state"] != "broken")]

    def test_search_and_filter_choose_what_the_json_says(self):
        chosen = {
            "/": lambda stack: True,
            "/?search=&only_broken=1": lambda stack: stack["state"] == "broken",
            "/?search=SHOP+1": lambda stack: "shop" in stack["name"] and "1" in stack["name"],
            "/?search=backend-down": lambda stack: any(each["cause"] == "backend-down" for each in stack["findings"]),
            "/?search=dead-2&only_broken=1": lambda stack: stack["name"] == "dead-2",
            "/?search=nobody": lambda stack: False,
        }
        sizes = []
        for path, is_wanted in chosen.items():
            with self.subTest(path):
                shown = [name for _, _, name in lines_of(self.page(path))]
                self.assertEqual(shown, self.stacks(is_wanted))
                sizes.append(len(shown))
        self.assertEqual(sizes, [HEALTHY + BROKEN, BROKEN, 13, BROKEN, 1, 0])

    def test_every_line_has_the_state_and_leads_to_the_page_of_its_stack(self):
        page = self.page()
        self.assertIn(f"{HEALTHY + BROKEN} stacks · ", page)
        self.assertIn(f">{BROKEN} broken<", page)
        states = {stack["name"]: stack["state"] for stack in harness.get_json(self.daemon.url + "/api/v1/status")["stacks"]}
        self.assertEqual({name: state for state, _, name in lines_of(page)}, states)
        for state, link, name in lines_of(page):
            found = harness.http_request(urllib.parse.urljoin(self.daemon.url + "/", link))
            self.assertEqual(found[0], 200, link)
            self.assertIn(f"<title>{name}: {state} · lgtmwatch</title>", found[1])
        remedies = [stack["findings"][0]["remedy"][0]
                    for stack in harness.get_json(self.daemon.url + "/api/v1/status")["stacks"] if stack["findings"]]
        self.assertEqual(len(remedies), BROKEN)
        for remedy in remedies:
            self.assertIn(html.escape(remedy), page)


def page_and_json(daemon, fixed):
    """The page and the JSON of the stack sandbox, of one moment: fixed(JSON) is the same before the page and after it."""
    def of_one_moment():
        before, page, after = (harness.http_request(daemon.url + path)[1] for path in
                               ("/api/v1/status", "/stacks/sandbox", "/api/v1/status"))
        before, after = (json.loads(text)["stacks"][0] for text in (before, after))
        return (html.unescape(page), before) if fixed(before) == fixed(after) else None
    return harness.wait_until(of_one_moment, what="the JSON stays the same for a moment")


class OneStackScenario(WatchedSandbox):
    def test_the_page_of_a_stack_says_what_the_json_says(self):
        self.watch("loki-without-labels")
        self.daemon.wait_until_it_answers("/-/ready")
        self.daemon.wait_for_state(3)
        text, stack = page_and_json(self.daemon, stable)
        said = stable(stack)
        self.assertIn(f'</a>: <span class="broken">broken</span> <small>{said["score"]["met"]} of {said["score"]["total"]} '
                      "criteria met</small>", text)
        for signal, state in said["signals"].items():
            self.assertIn(f'<td>{signal}</td><td class="{state}">{state}</td>', text)
        for address, version in said["components"]:
            self.assertRegex(text, f"<td>{re.escape(address)}</td>.*?<td>{re.escape(version)}</td>")
        for path, signal, stages in said["paths"]:
            chain = "".join(f'<li class="{state}" title="{stage}: {state}">{stage}<span> {state}</span></li>'
                            for stage, state in stages)
            self.assertIn(f'<p class="path">{path} <small>{signal}</small></p><ol class="chain">{chain}</ol>', text)
        self.assertTrue(said["findings"])
        for cause, since, remedies in said["findings"]:
            self.assertRegex(text, f'<a href="causes/{cause}">{cause}</a> at stage \\w+, since {since}')
            for remedy in remedies:
                self.assertIn(f"<li>{remedy}</li>", text)
        for dashboard, state in said["dashboards"]:
            self.assertIn(f'<td>{dashboard}</td><td class="{state}">{state}</td>', text)
        self.assertEqual(harness.http_request(self.daemon.url + "/stacks/nope")[0], 404)


class LatencyScenario(WithCanaries):
    def test_the_line_of_a_route_shows_the_latencies_of_the_json(self):
        sandbox = self.start_with_canaries("{ interval: 5s }")
        sandbox.set_pace("1s", "900ms")
        daemon = self.start_daemon(sandbox.config)

        def latencies(stack):
            return [canary["recent_visible_seconds"] for canary in stack["canaries"]]
        harness.wait_until(lambda: all(len(each) > 1 for each in latencies(harness.get_json(
            daemon.url + "/api/v1/status")["stacks"][0])), what="two canaries of every route were seen")
        text, stack = page_and_json(daemon, latencies)
        for canary in stack["canaries"]:
            seconds = canary["recent_visible_seconds"]
            self.assertLessEqual(len(seconds), 30)
            self.assertIn(f"<title>the last {len(seconds)}: {min(seconds):.3f} s to {max(seconds):.3f} s</title><desc>seconds "
                          f"from the oldest to the newest: {' '.join(f'{each:.3f}' for each in reversed(seconds))}</desc>", text)
