"""Faults of the scraper of containers, with the real Docker engine. What is made there is removed by its id."""
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import unittest

import live
from live import harness

SOCKET = "/var/run/docker.sock"
GRAPH = """\
discovery.docker "all" {
  host = "unix:///var/run/docker.sock"
  refresh_interval = "5s"
}
discovery.relabel "docker" {
  targets = discovery.docker.all.targets
  rule {
    source_labels = ["__meta_docker_container_name"]
    regex = "/(live-.*)"
    action = "keep"
  }
  rule {
    source_labels = ["__meta_docker_container_name"]
    regex = "/(.*)"
    target_label = "container"
  }
}
loki.source.docker "containers" {
  host = "unix:///var/run/docker.sock"
  targets = discovery.relabel.docker.output
  forward_to = [loki.write.loki.receiver]
}
"""
TARGETS = "  targets = discovery.relabel.docker.output\n"
LINES = "while true; do echo a line; /bin/sleep 1; done"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
# An application that exports its log records by OTLP to where its environment says, each second.
EXPORTS = r"""
address=${OTEL_EXPORTER_OTLP_ENDPOINT#http://}
while true; do
  printf -v now '%(%s)T000000000' -1
  body='{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"boutique"}}]},
    "scopeLogs":[{"logRecords":[{"timeUnixNano":"'$now'","body":{"stringValue":"an order was paid"}}]}]}]}'
  if exec 3<>"/dev/tcp/${address%:*}/${address#*:}"; then
    printf 'POST /v1/logs HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n' "$address" ${#body} >&3
    printf 'Connection: close\r\n\r\n%s' "$body" >&3
    read -r -t 3 status <&3
    echo "exported: $status"
    exec 3>&-
  else
    echo "cannot export to $address"
  fi
  /bin/sleep 1
done
"""


def receiver_of_containers(address, port):
    return f"""\
otelcol.receiver.otlp "containers" {{
  http {{ endpoint = "{address}:{port}" }}
  output {{ logs = [otelcol.processor.batch.all.input] }}
}}
"""


def docker(*arguments, stdin=None):
    done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"docker {arguments}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


class Image:
    """This machine's bash, packed without any registry."""

    def __init__(self):
        self.id = docker("import", "-", stdin=self._packed())

    @staticmethod
    def _packed():
        packed = io.BytesIO()
        programs = ["/bin/bash", "/bin/sh", "/bin/sleep"]
        told = "".join(subprocess.run(["ldd", program], capture_output=True, text=True, timeout=30, check=True).stdout
                       for program in programs)
        libraries = {word for word in told.split() if word.startswith("/") and pathlib.Path(word).exists()}
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted({*programs, *libraries}):
                tar.add(os.path.realpath(path), path)
        return packed.getvalue()

    def end(self):
        docker("rmi", self.id)


class Network:
    """A bridge of our own; the gateway is this machine, as a container on it sees it."""

    def __init__(self):
        self.id = docker("network", "create", f"live-{os.getpid()}")
        self.gateway = docker("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", self.id)

    def end(self):
        docker("network", "rm", self.id)


class Container:
    def __init__(self, name, image, network, command):
        self.name = f"live-{name}-{os.getpid()}"
        self.image = image
        self.network = network
        self.command = command
        self.id = None

    def run(self, *flags, command=None):
        self.end()
        self.id = docker("run", "-d", "--network", self.network.id, "--name", self.name, *flags, self.image.id, "/bin/bash",
                         "-c", command or self.command)

    def end(self):
        if self.id:
            docker("rm", "-f", self.id)
            self.id = None


class DockerLive(live.OnStack):
    made = ()

    def setUp(self):
        live.skip_without_servers(*self.needs)
        if shutil.which("docker") is None or subprocess.run(["docker", "version"], capture_output=True, timeout=60,
                                                            check=False).returncode != 0:
            raise unittest.SkipTest("SKIPPED: no Docker engine answers")
        super().setUp()

    @classmethod
    def prepare(cls, stack):
        image, network = Image(), Network()
        cls.container = Container("shop", image, network, LINES)
        cls.exporting = Container("boutique", image, network, EXPORTS)
        cls.made = (cls.container, cls.exporting, network, image)
        port = harness.free_port()
        cls.alloy_as_containers_see_it = f"http://{network.gateway}:{port}"
        cls.container.run()
        cls.exporting.run("-e", f"{ENDPOINT}={cls.alloy_as_containers_see_it}")
        stack.extra_graph = GRAPH + receiver_of_containers(network.gateway, port)
        stack.extra_receivers = f"""\
          - {{ name: docker, component: loki.source.docker.containers }}
          - {{ name: containers, otlp: http, url: "{cls.alloy_as_containers_see_it}", signals: [logs] }}
"""
        stack.extra_sources = f"""\
      - name: boutique
        container: {cls.exporting.name}
        logs: {{ receiver: containers, max_age: 30s, expect: always }}
"""
        stack.container = cls.container.name
        stack.extra = f"    docker: {{ socket: unix://{SOCKET} }}\n"

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        for each in cls.made:
            each.end()
        cls.made = ()

    # It is away for a moment when it is made anew.
    made_anew = ("source-container-dead", "scraper-tails-nothing")

    def again(self, *flags, **more):
        return lambda: self.container.run(*flags, **more)

    def test_the_list_of_targets_is_empty(self):
        self.reconfigured("scraper-tails-nothing", "loki.source.docker with targets = []", (TARGETS, "  targets = []\n"))

    def test_the_targets_have_no_container_id(self):
        self.reconfigured("docker-targets-without-container-id", "targets with nothing but a name",
                          (TARGETS, f'  targets = [{{"container" = "{self.container.name}"}}]\n'))

    def test_alloy_cannot_read_the_socket(self):
        self.reconfigured("docker-socket-missing-or-denied", "discovery.docker with a socket that is not there",
                          ('discovery.docker "all" {\n  host = "unix:///var/run/docker.sock"',
                           'discovery.docker "all" {\n  host = "unix:///var/run/none.sock"'))

    def test_the_container_is_stopped(self):
        self.fault("source-container-dead", "docker kill", lambda: docker("kill", self.container.id), self.again(),
                   beside=self.made_anew)

    def test_the_container_is_paused(self):
        self.fault("source-container-dead", "docker pause", lambda: docker("pause", self.container.id),
                   lambda: docker("unpause", self.container.id))

    def test_the_log_driver_keeps_nothing(self):
        self.fault("docker-log-driver-unreadable", "--log-driver none", self.again("--log-driver", "none"), self.again(),
                   beside=self.made_anew)

    def test_the_application_does_not_write_to_its_standard_output(self):
        self.fault("app-logs-not-on-stdout", "a container that writes nothing to its standard output",
                   self.again(command="while true; do /bin/sleep 1; done"), self.again(), beside=self.made_anew)

    def test_the_application_exports_to_its_own_localhost(self):
        right = self.alloy_as_containers_see_it
        self.fault("otlp-localhost-in-container", f"{ENDPOINT}=http://localhost:4318 in a container",
                   lambda: self.exporting.run("-e", f"{ENDPOINT}=http://localhost:4318"),
                   lambda: self.exporting.run("-e", f"{ENDPOINT}={right}"), subject="boutique", beside=self.made_anew)

    def test_the_logger_is_not_connected_to_its_exporter(self):
        application = self.stack.application
        self.fault("app-logger-not-exported", "metrics and traces by OTLP, log records on standard output alone",
                   lambda: application.signals.discard("logs"), application.usual, subject="shop")

    def test_a_health_check_calls_what_the_image_does_not_have(self):
        self.fault("healthcheck-tool-missing", "a health check, wget … || exit 1, in an image without wget",
                   self.again("--health-cmd", "wget -q -O- http://127.0.0.1/ || exit 1", "--health-interval", "2s",
                              "--health-retries", "1"),
                   self.again(), beside=self.made_anew)
