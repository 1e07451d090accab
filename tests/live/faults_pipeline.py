"""Faults behind Alloy's doors: processors, exporters, what it scrapes and tails."""
import http.server
import threading
import urllib.request

import live
from application import opener

LOGS_OUT = "logs = [otelcol.exporter.otlphttp.loki.input]"
INSECURE = "    tls { insecure = true }\n"
LIMITER = """
otelcol.processor.memory_limiter "small" {
  check_interval = "1s"
  limit = "2MiB"
  output {
    logs = [otelcol.exporter.otlphttp.loki.input]
  }
}
"""
FILTER = """
otelcol.processor.filter "all" {
  logs { log_record = ["true"] }
  output {
    logs = [otelcol.exporter.otlphttp.loki.input]
  }
}
"""
REFUSED = ("canary-rejected",)  # until one that was written after the repair is settled
PAGE = 'prometheus.relabel "shop" {\n'


class ProcessorsLive(live.OnStack):
    def test_the_output_of_a_processor_is_empty(self):
        self.reconfigured("wired-to-nowhere", "the batch processor's output for logs is []", (LOGS_OUT, "logs = []"),
                          beside=REFUSED)

    def test_a_filter_drops_every_record(self):
        self.reconfigured("filter-drops-everything", "otelcol.processor.filter with a condition that always holds",
                          (LOGS_OUT, "logs = [otelcol.processor.filter.all.input]"),
                          (PAGE, FILTER + PAGE))

    def test_a_memory_limiter_refuses(self):
        text = self.stack.alloy.configuration()
        block = text[text.index('otelcol.receiver.otlp "backend"'):text.index('otelcol.processor.batch "all"')]
        self.reconfigured("memory-limiter-refusing", "a memory limiter of 2 MiB behind a receiver",
                          (block, block.replace("logs = [otelcol.processor.batch.all.input]",
                                                "logs = [otelcol.processor.memory_limiter.small.input]") + LIMITER),
                          beside=REFUSED)

    def test_a_stage_drops_every_line(self):
        self.reconfigured("filter-drops-everything", "loki.process with a stage.drop that fits every line",
                          ('loki.process "lines" {\n', 'loki.process "lines" {\n  stage.drop { expression = ".*" }\n'))

    def test_a_relabelling_keeps_nothing(self):
        rule = '  rule {\n    action = "keep"\n    source_labels = ["job"]\n    regex = "nomatch"\n  }\n'
        self.reconfigured("relabel-drops-all", "prometheus.relabel with a keep that nothing fits", (PAGE, PAGE + rule))


class SlowServer:
    """Hands every request on, and takes three seconds for it."""

    def __init__(self, to):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                threading.Event().wait(3)
                names = ("Content-Type", "Content-Encoding")
                request = urllib.request.Request(to + self.path, data=body, method="POST", headers={
                    name: self.headers[name] for name in names if self.headers[name]})
                with opener.open(request, timeout=5) as answer:
                    self.send_response(answer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.port = live.harness.free_port()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self):
        self._server.shutdown()
        self._server.server_close()


class ExportersLive(live.OnStack):
    def otlp(self):
        return f'"{self.stack.loki.url}/otlp"\n'

    @staticmethod
    def closed():
        return f'"http://127.0.0.1:{live.harness.free_port()}/otlp"\n'

    def test_a_closed_port(self):
        self.reconfigured("exporter-unreachable-retrying", "the exporter of logs points at a closed port",
                          (self.otlp(), self.closed()))

    def test_a_wrong_path(self):
        self.reconfigured("exporter-wrong-path", "the exporter of logs points at /wrong",
                          (f'endpoint = "{self.stack.loki.url}/otlp"', f'endpoint = "{self.stack.loki.url}/wrong"'))

    def test_a_wrong_path_of_a_remote_write(self):
        """Of a remote write Alloy counts what failed, and not with which status."""
        push = self.stack.metrics.url + self.stack.metrics.push
        self.reconfigured("exporter-permanent-reject", "remote write points at /wrong",
                          (f'"{push}"', f'"{push}/wrong"'))

    def test_a_wrong_path_of_loki_write(self):
        self.reconfigured("exporter-wrong-path", "loki.write points at /wrong",
                          (f'"{self.stack.loki.url}/loki/api/v1/push"', f'"{self.stack.loki.url}/wrong"'))

    def test_tls_to_a_plain_port(self):
        if not self.stack.tempo:
            self.skipTest("left out: it needs Tempo")
        self.reconfigured("exporter-tls-mismatch", "the exporter of traces speaks TLS", (INSECURE, ""))

    def test_a_small_queue_before_a_server_that_is_slow(self):
        slow = SlowServer(self.stack.loki.url)
        self.addCleanup(slow.end)
        exporter = 'otelcol.exporter.otlphttp "loki" {\n'
        queue = "  sending_queue {\n    queue_size = 2\n    num_consumers = 1\n  }\n"
        self.reconfigured("exporter-queue-full-drop",
                          "a queue of two batches before a server that answers after three seconds",
                          (self.otlp(), f'"http://127.0.0.1:{slow.port}/otlp"\n'), (exporter, exporter + queue))


class ScrapersLive(live.OnStack):
    def test_a_target_is_down(self):
        application = self.stack.application
        self.fault("scrape-target-down", "nothing listens where it scrapes", application.stop_serving, application.serve)

    def test_a_target_has_more_samples_than_allowed(self):
        self.reconfigured("scrape-limit-exceeded", "prometheus.scrape with sample_limit = 5",
                          ('  scrape_timeout = "3s"\n', '  scrape_timeout = "3s"\n  sample_limit = 5\n'))

    def test_no_file_fits(self):
        self.reconfigured("file-target-matches-nothing", "local.file_match with a path that fits nothing",
                          (f'"{self.stack.log}"', f'"{self.stack.log}.none"'))

    def test_counters_that_are_deltas(self):
        def deltas():
            self.stack.application.temporality = 1
        self.fault("delta-temporality", "the application sends counters as deltas", deltas, self.stack.application.usual)
