"""A real Prometheus: it scrapes lgtmwatch, and lgtmwatch watches it in Mimir's place."""
import os
import signal
import urllib.parse

import harness

STALE_AFTER = 5


class Prometheus(harness.Process):
    """Debian's prometheus on a free port; its configuration is its scrape jobs, {name: [address]}, with the options of
    some, {name: "KEY: VALUE, …"}."""

    def __init__(self, folder, jobs, name="prometheus", options=None):
        self.port = harness.free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self._file = folder / f"{name}.yml"
        self._options = options or {}
        self._write(jobs)
        super().__init__([harness.program("prometheus"), f"--config.file={self._file}",
                          f"--storage.tsdb.path={folder / (name + '-data')}",
                          f"--web.listen-address={self.address}", "--web.enable-remote-write-receiver",
                          "--web.enable-lifecycle"], folder, name)
        harness.wait_until(lambda: not self.is_running() or harness.http_request(self.url + "/-/ready")[0] == 200,
                           what=self.text)

    def _write(self, jobs):
        lines = ["global: { scrape_interval: 1s, scrape_timeout: 1s }", "scrape_configs:"]
        for job, targets in jobs.items():
            options = self._options.get(job)
            lines.append(f"  - {{ job_name: {job}, static_configs: [{{ targets: {targets} }}]"
                         f"{', ' + options if options else ''} }}")
        self._file.write_text("\n".join(lines) + "\n")

    def reload(self, jobs):
        self._write(jobs)
        status, body = harness.http_request(self.url + "/-/reload", "POST")
        if status != 200:
            raise AssertionError(f"Prometheus did not reload: {status} {body}")

    def query(self, promql):
        found = harness.get_json(f"{self.url}/api/v1/query?query={urllib.parse.quote(promql)}")
        return {sample["metric"].get("job", ""): float(sample["value"][1]) for sample in found["data"]["result"]}

    def wait_for(self, promql, value=None):
        def answer():
            found = self.query(promql)
            return found if found and (value is None or value in found.values()) else None
        return harness.wait_until(answer, what=lambda: f"{promql} in Prometheus; it has {self.query('up')}")


class WithPrometheus(harness.Scenario):
    """Has no test of its own."""

    def start_prometheus(self, **jobs):
        return self.start(Prometheus, self.folder, jobs)

    def config(self, prometheus, sources="", stack_jobs="[prometheus]", defaults="{ interval: 1s, timeout: 1s }"):
        return self.write("lgtmwatch.yaml", f"defaults: {defaults}\nstacks:\n  - name: shop\n"
                                            f"    mimir: {{ url: {prometheus.url}, kind: prometheus }}\n"
                                            f"    stack_jobs: {stack_jobs}\n{sources}")

    def shop(self):
        counter = [0]

        def answer(path):
            counter[0] += 1
            return 200, "text/plain; version=0.0.4", b"# TYPE orders_total counter\norders_total %d\n" % counter[0]
        return self.serve(answer)


# The label values of the last hour leave out what came within the second in which they are asked for.
SCRAPED_FOR_A_WHILE = 'sum_over_time(up{{job="{}"}}[30s]) > 3'
SHOP = f"    sources: [{{ name: shop, metrics: {{ max_age: {STALE_AFTER}s }} }}]\n"


class PrometheusScrapesLgtmwatchScenario(WithPrometheus):
    def test_the_state_of_a_stack_is_queryable_in_prometheus(self):
        sandbox = self.start_sandbox("backend-down:loki")
        sandbox.set_pace("1s", "500ms")
        daemon = self.start_daemon(sandbox.config)
        prometheus = self.start_prometheus(watcher=[f"127.0.0.1:{daemon.port}"])
        prometheus.wait_for("lgtmwatch_stack_state", 3)
        self.assertEqual(prometheus.wait_for('lgtmwatch_finding{cause="backend-down",subject="loki"}'), {"watcher": 1})
        self.assertEqual(prometheus.query("max by (job) (lgtmwatch_signal_state) == 3"), {"watcher": 3})
        self.assertEqual(prometheus.query('up{job="watcher"}'), {"watcher": 1})
        sandbox.clear_fault("backend-down:loki")
        prometheus.wait_for("lgtmwatch_stack_state", 0)

    def test_the_job_that_scrapes_lgtmwatch_is_no_application_whatever_it_is_called(self):
        prometheus = self.start_prometheus(prometheus=["127.0.0.1:1"])
        daemon = self.start_daemon(self.config(prometheus))
        prometheus.reload({"prometheus": [prometheus.address], "anything-at-all": [f"127.0.0.1:{daemon.port}"]})
        prometheus.wait_for('lgtmwatch_build_info{job="anything-at-all"}')
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("prometheus"))
        metrics = daemon.wait_for_metrics(lambda now: now.one("lgtmwatch_mimir_jobs") == 1, what="one job is counted")
        self.assertEqual(metrics.one("lgtmwatch_mimir_application_jobs"), 0)
        code, stack = self.verify_json(self.config(prometheus))
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["mimir-only-stack-jobs"])
        self.assertEqual(code, 1)

        # Its series are not counted either.
        own = prometheus.wait_for('count({job="anything-at-all"})')[""]
        self.assertGreater(own, 50)
        metrics = daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_mimir_series"))
        head = harness.get_json(prometheus.url + "/api/v1/status/tsdb")["data"]["headStats"]["numSeries"]
        self.assertLess(metrics.one("lgtmwatch_mimir_series"), head - own / 2)

        shop = self.shop()
        prometheus.reload({"prometheus": [prometheus.address], "anything-at-all": [f"127.0.0.1:{daemon.port}"],
                           "shop": [shop.address]})
        metrics = daemon.wait_for_metrics(lambda now: now.one("lgtmwatch_mimir_application_jobs") == 1)
        self.assertEqual(metrics.one("lgtmwatch_mimir_jobs"), 2)
        self.assertEqual(self.verify(self.config(prometheus)).returncode, 0)


class PrometheusTakesCanariesScenario(WithPrometheus):
    def test_a_canary_by_remote_write_is_read_back_from_it(self):
        shop = self.shop()
        prometheus = self.start_prometheus(shop=[shop.address])
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("shop"))
        config = self.config(prometheus, "    canaries: { routes: { direct-remote-write: {} } }\n" + SHOP)
        code, stack = self.verify_json(config)
        self.assertEqual(code, 0, stack)
        self.assertEqual([(each["route"], each["signal"], each["outcome"]) for each in stack["canaries"]],
                         [("direct-remote-write", "metrics", "visible")])
        value = prometheus.wait_for('lgtmwatch_canary{lgtmwatch_route="direct-remote-write"}')["lgtmwatch-canary"]
        self.assertEqual(int(value) >> 20, 1)

        done = self.lgtmwatch("canary", f"--receiver={prometheus.url}/api/v1/write", f"--config.file={config}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  metrics +accepted .* visible ")

    def test_the_daemon_counts_each_as_visible(self):
        prometheus = self.start_prometheus(prometheus=["127.0.0.1:1"])
        daemon = self.start_daemon(
            self.config(prometheus, "    canaries: { interval: 5s, routes: { direct-remote-write: {} } }\n"))
        metrics = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_canary_outcomes_total", outcome="visible") >= [2])
        self.assertEqual(sum(metrics.all("lgtmwatch_canary_outcomes_total")),
                         metrics.one("lgtmwatch_canary_outcomes_total", outcome="visible"))


class PrometheusScrapesCanariesScenario(WithPrometheus):
    def test_a_canary_on_its_own_metrics_is_read_back_from_whoever_scrapes_them(self):
        prometheus = self.start_prometheus(prometheus=["127.0.0.1:1"])
        config = self.config(
            prometheus, "    canaries: { routes: { scrape: { interval: 5s, deadline: 4s, lost_after: 1m } } }\n")
        daemon = self.start_daemon(config)
        prometheus.reload({"watcher": [f"127.0.0.1:{daemon.port}"]})
        metrics = daemon.wait_for_metrics(
            lambda now: now.all("lgtmwatch_canary_outcomes_total", outcome="visible") >= [3])
        labels = {"route": "scrape", "signal": "metrics"}
        self.assertEqual(metrics.labels_of("lgtmwatch_canary"),
                         [{"lgtmwatch_stack": "shop", "lgtmwatch_route": "scrape"}])
        self.assertEqual(metrics.one("lgtmwatch_canary_outcomes_total", outcome="duplicate", **labels), 0)
        self.assertEqual(metrics.one("lgtmwatch_canary_outcomes_total", outcome="corrupt", **labels), 0)
        self.assertGreaterEqual(metrics.one("lgtmwatch_canary_visible_seconds_count", read="query", **labels), 3)
        stored = prometheus.query('count_over_time(lgtmwatch_canary{lgtmwatch_route="scrape"}[5m])')["watcher"]
        self.assertGreater(stored, metrics.one("lgtmwatch_canary_written_total", **labels))

        self.assertRegex(self.verify(config, "--format=text").stdout, r"(?m)^ +scrape +metrics +not checked")
        code, stack = self.verify_json(config)
        self.assertEqual([(each["route"], each["checked"], each["outcome"]) for each in stack["canaries"]],
                         [("scrape", False, None)])
        self.assertNotIn("canary/scrape", [path["path"] for path in stack["paths"]])
        _, stack = self.verify_json(config, f"--daemon={daemon.url}")
        canary = stack["canaries"][0]
        self.assertTrue(canary["checked"])
        self.assertIn(canary["outcome"], ("visible", "late"))  # its deadline is short
        self.assertGreater(canary["visible_seconds"], 0)
        self.assertIn({"criterion": "canary/scrape/metrics comes back", "state": canary["state"], "note": ""},
                      stack["criteria"])
        self.assertIn(canary["state"], ("healthy", "degraded"))

        self.assertEqual(code, self.verify_json(self.config(prometheus))[0])


class PrometheusInMimirsPlaceScenario(WithPrometheus):
    def test_a_scraped_application_is_fresh_and_becomes_silent_when_its_target_is_removed(self):
        shop = self.shop()
        prometheus = self.start_prometheus(shop=[shop.address], prometheus=["127.0.0.1:1"])
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("shop"))
        config = self.config(prometheus, SHOP)
        code, stack = self.verify_json(config)
        self.assertEqual(code, 0, stack)
        self.assertEqual(stack["signals"], {"metrics": "healthy"})
        self.assertEqual([component["version"] for component in stack["components"]], [self.version_of(prometheus)])

        prometheus.reload({"prometheus": ["127.0.0.1:1"]})
        last = []

        def broken():
            last[:] = [self.verify_json(config)]
            return last[0][0] != 0
        harness.wait_until(broken, 60, lambda: f"verify fails; last {last}")
        code, stack = last[0]
        self.assertEqual(code, 1, stack)
        self.assertEqual([(finding["cause"], finding["subject"]) for finding in stack["findings"]],
                         [("source-silent", "shop")])
        self.assertRegex(stack["findings"][0]["summary"], r"shop.*newest sample .* ago, expected within 5s")

    def test_an_application_whose_target_is_down_becomes_silent(self):
        shop = self.shop()
        prometheus = self.start_prometheus(shop=[shop.address], prometheus=["127.0.0.1:1"])
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("shop"))
        shop.end()
        prometheus.wait_for('max_over_time(up{job="shop"}[%ds])' % (STALE_AFTER + 2), 0)
        code, stack = self.verify_json(self.config(prometheus, SHOP))
        self.assertEqual((code, stack["sources"][0]["fresh"]), (1, False), stack)

    def version_of(self, prometheus):
        return harness.get_json(prometheus.url + "/api/v1/status/buildinfo")["data"]["version"]

    def test_a_prometheus_that_holds_only_the_stacks_jobs_is_broken(self):
        prometheus = self.start_prometheus(prometheus=["127.0.0.1:1"])
        prometheus.reload({"prometheus": [prometheus.address]})
        prometheus.wait_for(SCRAPED_FOR_A_WHILE.format("prometheus"))
        code, stack = self.verify_json(self.config(prometheus))
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["mimir-only-stack-jobs"])
        self.assertEqual(self.verify(self.config(prometheus, stack_jobs="[alloy]")).returncode, 0)

    def test_an_empty_prometheus_is_broken_too(self):
        prometheus = self.start_prometheus()
        code, stack = self.verify_json(self.config(prometheus))
        self.assertEqual(code, 1)
        self.assertEqual([finding["cause"] for finding in stack["findings"]], ["mimir-only-stack-jobs"])

    def test_a_prometheus_that_is_stopped_is_hung_and_then_well_again(self):
        shop = self.shop()
        prometheus = self.start_prometheus(shop=[shop.address])
        prometheus.wait_for("orders_total")
        daemon = self.start_daemon(self.config(prometheus, SHOP.replace("5s", "30s")))
        daemon.wait_for_state(0)
        os.kill(prometheus.popen.pid, signal.SIGSTOP)
        try:
            found = daemon.wait_for_metrics(lambda now: now.all("lgtmwatch_finding", cause="backend-hung") == [1])
            self.assertEqual(found.one("lgtmwatch_stack_state"), 3)
        finally:
            os.kill(prometheus.popen.pid, signal.SIGCONT)
        daemon.wait_for_state(0)
