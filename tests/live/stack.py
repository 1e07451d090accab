"""A whole stack of real servers on loopback, and lgtmwatch that watches it."""
import harness
from application import Application
from components import Alloy, Cortex, Loki, Prometheus, Tempo, program_of

BACKEND_HTTP = "otelcol.receiver.otlp.backend"


def exporter_of_traces(tempo):
    return f"""\
otelcol.exporter.otlp "tempo" {{
  client {{
    endpoint = "127.0.0.1:{tempo.port['otlp_grpc']}"
    tls {{ insecure = true }}
  }}
}}
"""


def graph(loki, tempo, metrics, application_log, scraped):
    """The configuration of Alloy: doors, a batch processor, exporters, a tailer of a file and a scraper."""
    def text(alloy):
        port = alloy.port
        signals = ["metrics", "logs"] + (["traces"] if tempo else [])
        outputs = "output {\n%s  }" % "".join(f"    {signal} = [otelcol.processor.batch.all.input]\n"
                                              for signal in signals)
        return f"""\
logging {{ level = "warn" }}
otelcol.receiver.otlp "mobile" {{
  grpc {{ endpoint = "127.0.0.1:{port['mobile_grpc']}" }}
  http {{ endpoint = "127.0.0.1:{port['mobile_http']}" }}
  {outputs}
}}
otelcol.receiver.otlp "backend" {{
  http {{ endpoint = "127.0.0.1:{port['backend']}" }}
  {outputs}
}}
otelcol.processor.batch "all" {{
  timeout = "1s"
  output {{
    metrics = [otelcol.exporter.prometheus.all.input]
    logs = [otelcol.exporter.otlphttp.loki.input]
{"    traces = [otelcol.exporter.otlp.tempo.input]" + chr(10) if tempo else ""}\
  }}
}}
otelcol.exporter.prometheus "all" {{ forward_to = [prometheus.remote_write.metrics.receiver] }}
prometheus.remote_write "metrics" {{
  endpoint {{
    url = "{metrics.url}{metrics.push}"
  }}
}}
otelcol.exporter.otlphttp "loki" {{
  client {{
    endpoint = "{loki.url}/otlp"
{f'    headers = {{ "X-Scope-OrgID" = "{loki.tenant}" }}' + chr(10) if loki.settings["auth"] else ""}\
  }}
}}
{exporter_of_traces(tempo) if tempo else ""}\
loki.source.api "push" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port = {port['push']}
  }}
  forward_to = [loki.write.loki.receiver]
}}
prometheus.receive_http "write" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port = {port['write']}
  }}
  forward_to = [prometheus.remote_write.metrics.receiver]
}}
loki.write "loki" {{
  endpoint {{
    url = "{loki.url}/loki/api/v1/push"
{f'    tenant_id = "{loki.tenant}"' + chr(10) if loki.settings["auth"] else ""}\
  }}
}}
loki.process "lines" {{
  forward_to = [loki.write.loki.receiver]
}}
local.file_match "files" {{
  path_targets = [{{ "__path__" = "{application_log}" }}]
  sync_period = "2s"
}}
loki.source.file "files" {{
  targets = local.file_match.files.targets
  forward_to = [loki.process.lines.receiver]
}}
prometheus.scrape "shop" {{
  targets = [{{ "__address__" = "{scraped}", "job" = "shop-page" }}]
  scrape_interval = "5s"
  scrape_timeout = "3s"
  forward_to = [prometheus.relabel.shop.receiver]
}}
prometheus.relabel "shop" {{
  forward_to = [prometheus.remote_write.metrics.receiver]
}}
"""
    return text


class Stack:
    """Loki, Tempo, Alloy and what there is for metrics; an application; a lgtmwatch.yaml."""

    def __init__(self, folder):
        self.folder = folder
        self.loki = Loki(folder, program_of("LOKI"))
        self.tempo = Tempo(folder, program_of("TEMPO")) if program_of("TEMPO") else None
        kind = Cortex if program_of("CORTEX") else Prometheus
        self.metrics = kind(folder, program_of(kind.binary))
        self.log = folder / "application.log"
        self.log.touch()
        self.application = None
        self.scraped = None
        self.alloy = Alloy(folder, program_of("ALLOY"), lambda alloy: self.graph(alloy))
        self.daemon = None
        self.extra_graph = ""
        self.extra_receivers = self.extra_sources = self.extra = ""
        self.container = None  # the name of the one in which the shop runs

    def graph(self, alloy):
        scraped = f"127.0.0.1:{self.application.port}"
        return graph(self.loki, self.tempo, self.metrics, self.log, scraped)(alloy) + self.extra_graph

    @property
    def components(self):
        return [each for each in (self.loki, self.tempo, self.metrics, self.alloy) if each]

    def start(self):
        self.application = Application(f"http://127.0.0.1:{self.alloy.port['backend']}", self.log,
                                       self.signals())
        for component in self.components:
            component.start()
        for component in self.components:
            component.wait_until_ready()

    def signals(self):
        return ["metrics", "logs"] + (["traces"] if self.tempo else [])

    def end(self):
        for ended in (self.daemon, self.application):
            if ended:
                ended.end()
        for component in reversed(self.components):
            component.stop()

    def tempo_plan(self):
        port = self.tempo.port
        return (f"    tempo: {{ url: {self.tempo.url}, otlp: {{ grpc: \"127.0.0.1:{port['otlp_grpc']}\", "
                f"http: \"http://127.0.0.1:{port['otlp_http']}\" }} }}\n")

    def config(self, interval="5s", canaries="{ interval: 10s, deadline: 30s, lost_after: 60s, large: 0s }", changes=(),
               name="lgtmwatch.yaml"):
        port = self.alloy.port
        signals = f"signals: [{', '.join(self.signals())}]"
        text = f"""\
defaults: {{ interval: {interval}, timeout: 3s }}
stacks:
  - name: live
    loki: {{ url: {self.loki.url}{f", tenant: {self.loki.tenant}" if self.loki.settings["auth"] else ""} }}
{self.tempo_plan() if self.tempo else ""}\
    mimir: {{ url: {self.metrics.url}, kind: {self.metrics.kind} }}
    alloy:
      - name: gateway
        url: {self.alloy.url}
        receivers:
          - {{ name: mobile-grpc, otlp: grpc, endpoint: "127.0.0.1:{port['mobile_grpc']}", {signals} }}
          - {{ name: mobile-http, otlp: http, url: "http://127.0.0.1:{port['mobile_http']}", {signals} }}
          - {{ name: backend, otlp: http, url: "http://127.0.0.1:{port['backend']}", {signals} }}
          - {{ name: push, loki_push: "http://127.0.0.1:{port['push']}" }}
          - {{ name: write, remote_write: "http://127.0.0.1:{port['write']}" }}
          - {{ name: files, file: {self.log} }}
          - {{ name: scrape, component: prometheus.scrape.shop }}
{self.extra_receivers}    sources:
      - name: shop
{f'        container: {self.container}' + chr(10) if self.container else ''}\
        metrics: {{ receiver: backend, max_age: 30s, selector: 'orders_total{{job="shop"}}' }}
        logs:
          - {{ receiver: backend, max_age: 30s, expect: always }}
{'          - { receiver: docker, max_age: 30s, expect: always }' + chr(10) if self.container else ''}\
{"        traces: { receiver: backend, max_age: 75s, expect: always }" + chr(10) if self.tempo else ""}\
      - name: shop-files
        logs: {{ receiver: files, max_age: 30s, expect: always }}
      - name: shop-page
        metrics: {{ receiver: scrape, max_age: 30s }}
{self.extra_sources}\
    canaries: {canaries}
{self.extra}"""
        for old, new in changes:
            if text.count(old) != 1:
                raise AssertionError(f"{old!r} is {text.count(old)} times in lgtmwatch.yaml")
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(text)
        return path

    def watch(self, config=None, *flags):
        self.daemon = harness.Daemon(self.folder, config or self.config(), *flags)
        self.daemon.wait_until_it_answers()
        return self.daemon
