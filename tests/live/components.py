"""The real servers, each with a configuration of its own on loopback; restarted, they keep ports and data."""
import json
import os
import signal
import urllib.parse

import harness


class Component:
    """A server that was started here. Its settings are words of its configuration, which a fault sets otherwise."""
    binary = None  # the name behind LGTMWATCH_LIVE_
    ports = ("http", "grpc")
    settings = {}
    ready = "/ready"
    tenant = "fake"  # the one of servers without tenants

    def __init__(self, folder, program):
        self.program = program
        self.name = type(self).__name__.lower()
        self.folder = folder / self.name
        self.folder.mkdir()
        self.port = {name: harness.free_port() for name in self.ports}
        self.url = f"http://127.0.0.1:{self.port['http']}"
        self.process = None
        self.now = dict(self.settings)

    def configuration(self):
        raise NotImplementedError

    def arguments(self, file):
        return [f"-config.file={file}"]

    def write(self):
        file = self.folder / "config.yaml"
        file.write_text(self.configuration())
        self.limit()
        return file

    def limit(self, **limits):
        """Gives its tenant these limits while it runs; without any the usual ones."""
        file = self.folder / "overrides.yaml.new"
        file.write_text(json.dumps({"overrides": {self.tenant: self.all_limits(limits)} if limits else {}}))
        file.rename(self.folder / "overrides.yaml")

    @staticmethod
    def all_limits(limits):
        return limits

    def start(self, **settings):
        """With its usual settings, but for those that are given."""
        self.now = {**self.settings, **settings}
        self.process = harness.Process([self.program, *self.arguments(self.write())], self.folder, self.name)

    def wait_until_ready(self):
        harness.wait_until(lambda: not self.process.is_running() or harness.http_request(self.url + self.ready)[0] == 200,
                           90, self.process.text)
        if not self.process.is_running():
            raise AssertionError(f"{self.name} ended by itself:\n{self.process.text()[-3000:]}")

    def stop(self):
        """In order; killed where that takes long, as `docker stop` does it."""
        self.resume()
        if self.process and self.process.is_running():
            self.process.signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except AssertionError:
                self.process.kill()

    def restart(self, **settings):
        self.stop()
        self.start(**settings)

    def freeze(self):
        self.process.signal(signal.SIGSTOP)

    def resume(self):
        if self.process and self.process.is_running():
            self.process.signal(signal.SIGCONT)

    def get(self, path, **parameters):
        """The component's own answer, past lgtmwatch."""
        return harness.get_json(self.url + path + ("?" + urllib.parse.urlencode(parameters) if parameters else ""))

    def version(self):
        return ""


class Loki(Component):
    binary = "LOKI"
    settings = {"auth": False, "replicas": 1, "more": ""}

    def configuration(self):
        now = self.now
        return f"""\
auth_enabled: {json.dumps(now['auth'])}
analytics: {{ reporting_enabled: false }}
server: {{ http_listen_address: 127.0.0.1, http_listen_port: {self.port['http']}, grpc_listen_address: 127.0.0.1,
          grpc_listen_port: {self.port['grpc']}, log_level: warn }}
common:
  path_prefix: {self.folder}
  instance_addr: 127.0.0.1
  replication_factor: {now['replicas']}
  ring: {{ instance_addr: 127.0.0.1, kvstore: {{ store: inmemory }} }}
  storage: {{ filesystem: {{ chunks_directory: {self.folder}/chunks, rules_directory: {self.folder}/rules }} }}
storage_config: {{ object_store: {{ filesystem: {{ dir: {self.folder}/objects }} }} }}
schema_config:
  configs:
    - {{ from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{ prefix: index_, period: 24h }} }}
limits_config: {{ allow_structured_metadata: true }}
runtime_config: {{ file: {self.folder}/overrides.yaml, period: 2s }}
{now['more']}"""

    def version(self):
        return "Loki " + self.get("/loki/api/v1/status/buildinfo")["version"]


class Tempo(Component):
    binary = "TEMPO"
    ports = ("http", "grpc", "otlp_grpc", "otlp_http", "gossip")
    tenant = "single-tenant"
    settings = {"auth": False, "otlp": "127.0.0.1"}
    usual = {"ingestion": {"rate_limit_bytes": 15000000, "burst_size_bytes": 20000000, "max_traces_per_user": 10000},
             "global": {"max_bytes_per_trace": 5000000}}

    @staticmethod
    def all_limits(limits):
        """What is left out of a tenant's block is 0 to Tempo, not its default."""
        return {name: {**block, **limits.get(name, {})} for name, block in Tempo.usual.items()}

    def configuration(self):
        now = self.now
        return f"""\
multitenancy_enabled: {json.dumps(now['auth'])}
usage_report: {{ reporting_enabled: false }}
server: {{ http_listen_address: 127.0.0.1, http_listen_port: {self.port['http']}, grpc_listen_address: 127.0.0.1,
          grpc_listen_port: {self.port['grpc']}, log_level: warn }}
memberlist: {{ bind_addr: [127.0.0.1], bind_port: {self.port['gossip']} }}
distributor:
  receivers:
    otlp:
      protocols:
        grpc: {{ endpoint: "{now['otlp']}:{self.port['otlp_grpc']}" }}
        http: {{ endpoint: "{now['otlp']}:{self.port['otlp_http']}" }}
storage:
  trace: {{ backend: local, local: {{ path: {self.folder}/blocks }}, wal: {{ path: {self.folder}/wal }} }}
live_store: {{ wal: {{ path: {self.folder}/live }}, shutdown_marker_dir: {self.folder}/marker }}
backend_scheduler: {{ local_work_path: {self.folder}/work }}
overrides: {{ per_tenant_override_config: {self.folder}/overrides.yaml, per_tenant_override_period: 2s }}
"""

    def version(self):
        return "Tempo " + self.get("/api/status/buildinfo")["version"]


class Cortex(Component):
    binary = "CORTEX"
    kind = "cortex"
    prefix = "/prometheus"
    push = "/api/v1/push"
    otlp = "/api/v1/otlp/v1/metrics"
    settings = {"auth": False}

    def configuration(self):
        for kept in ("alertmanager", "rules"):
            (self.folder / kept).mkdir(exist_ok=True)
        return f"""\
auth_enabled: {json.dumps(self.now['auth'])}
server: {{ http_listen_address: 127.0.0.1, http_listen_port: {self.port['http']}, grpc_listen_address: 127.0.0.1,
          grpc_listen_port: {self.port['grpc']}, log_level: warn }}
distributor: {{ shard_by_all_labels: true, ring: {{ kvstore: {{ store: inmemory }}, instance_addr: 127.0.0.1 }} }}
ingester:
  lifecycler: {{ address: 127.0.0.1, min_ready_duration: 0s, final_sleep: 0s, num_tokens: 64,
                ring: {{ replication_factor: 1, kvstore: {{ store: inmemory }} }} }}
blocks_storage:
  backend: filesystem
  filesystem: {{ dir: {self.folder}/blocks }}
  tsdb: {{ dir: {self.folder}/tsdb }}
  bucket_store: {{ sync_dir: {self.folder}/sync }}
compactor: {{ data_dir: {self.folder}/compactor, sharding_ring: {{ kvstore: {{ store: inmemory }}, instance_addr: 127.0.0.1 }} }}
frontend_worker: {{ match_max_concurrent: true }}
ruler_storage: {{ backend: local, local: {{ directory: {self.folder}/rules }} }}
ruler: {{ rule_path: {self.folder}/evaluated }}
alertmanager_storage: {{ backend: local, local: {{ path: {self.folder}/alertmanager }} }}
alertmanager: {{ external_url: {self.url}/alertmanager, data_dir: {self.folder}/alertmanager-data }}
runtime_config: {{ file: {self.folder}/overrides.yaml, period: 2s }}
"""

    def version(self):
        return "Cortex " + self.get("/prometheus/api/v1/status/buildinfo")["data"]["version"]


class Prometheus(Component):
    binary = "PROMETHEUS"
    kind = "prometheus"
    prefix = ""
    push = "/api/v1/write"
    otlp = None
    ports = ("http",)
    ready = "/-/ready"
    settings = {"flags": ()}

    def configuration(self):
        return "global: { scrape_interval: 15s }\n"

    def arguments(self, file):
        return [f"--config.file={file}", f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port['http']}", "--web.enable-remote-write-receiver",
                *self.now["flags"]]

    def version(self):
        return "Prometheus " + self.get("/api/v1/status/buildinfo")["data"]["version"]


class Alloy(Component):
    binary = "ALLOY"
    ports = ("http", "mobile_grpc", "mobile_http", "backend", "push", "write")
    ready = "/-/ready"

    def __init__(self, folder, program, graph):
        super().__init__(folder, program)
        self.graph = graph  # a function of the ports that gives its configuration
        self.changes = []

    def configuration(self):
        text = self.graph(self)
        for old, new in self.changes:
            if text.count(old) != 1:
                raise AssertionError(f"{old!r} is {text.count(old)} times in the configuration of Alloy")
            text = text.replace(old, new)
        return text

    def write(self):
        file = self.folder / "config.alloy"
        file.write_text(self.configuration())
        return file

    def arguments(self, file):
        return ["run", f"--storage.path={self.folder}/data", f"--server.http.listen-addr=127.0.0.1:{self.port['http']}",
                "--disable-reporting", file]

    def change(self, *changes, expect=200):
        """Takes pairs of old and new text; without any the usual configuration. Reloads."""
        self.changes = list(changes)
        self.write()
        status, body = harness.http_request(self.url + "/-/reload", "POST", timeout=90)
        if status != expect:
            raise AssertionError(f"Alloy's reload was answered {status}: {body}")

    def version(self):
        status, body = harness.http_request(self.url + "/metrics")
        for labels in harness.Metrics(body).labels_of("alloy_build_info") if status == 200 else ():
            return "Alloy " + labels["version"].lstrip("v")
        return "Alloy"


def program_of(binary):
    """The path in the environment; Prometheus is taken from PATH where none is given."""
    path = os.environ.get(f"LGTMWATCH_LIVE_{binary}", "")
    return path or (harness.shutil.which("prometheus") if binary == "PROMETHEUS" else None)
