"""Mimir, Cortex and Prometheus by `kind`: the right one, and the wrong one for what answers there."""
import front
import real_prometheus
from front import Told


class ConnectKindScenario(real_prometheus.WithPrometheus, front.Connected):
    def setUp(self):
        super().setUp()
        self.mimir = self.start_sandbox().addresses["mimir"]
        self.prometheus = self.start_prometheus(shop=[self.shop().address])
        self.prometheus.wait_for(real_prometheus.SCRAPED_FOR_A_WHILE.format("shop"))

    def test_each_kind_finds_its_api_and_its_readiness(self):
        self.assert_all_hold({
            "mimir": f"mimir: {{ url: {self.mimir}, kind: mimir }}",
            "cortex": f"mimir: {{ url: {self.mimir}, kind: cortex }}",
            "prometheus": f"mimir: {{ url: {self.prometheus.url}, kind: prometheus }}",
        })

    def test_a_wrong_kind_is_told_and_which_there_are(self):
        told = lambda url, kind: Told(f"mimir: {{ url: {url}, kind: {kind} }}", "watcher-query-failed",
                                            "not_found", (f"Mimir cannot be asked at {url}", "answered 404"),
                                            "check `mimir.kind`: mimir, prometheus or cortex", component="mimir")
        self.assert_told({
            "prometheus-as-mimir": told(self.prometheus.url, "mimir"),
            "prometheus-as-cortex": told(self.prometheus.url, "cortex"),
            "mimir-as-prometheus": told(self.mimir, "prometheus"),
        })
