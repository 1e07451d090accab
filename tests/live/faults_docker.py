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


def docker(*arguments, stdin=None):
    done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"docker {arguments}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


class Container:
    """A shop in a container, of an image of this machine's shell, which is made without any registry."""

    def __init__(self):
        self.name = f"live-shop-{os.getpid()}"
        self.image = docker("import", "-", stdin=self._packed())
        self.id = None

    @staticmethod
    def _packed():
        packed = io.BytesIO()
        programs = ["/bin/sh", "/bin/sleep"]
        told = "".join(subprocess.run(["ldd", program], capture_output=True, text=True, timeout=30, check=True).stdout
                       for program in programs)
        libraries = {word for word in told.split() if word.startswith("/") and pathlib.Path(word).exists()}
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted({*programs, *libraries}):
                tar.add(os.path.realpath(path), path)
        return packed.getvalue()

    def run(self, *flags, command=LINES):
        self.remove()
        self.id = docker("run", "-d", "--network", "none", "--name", self.name, *flags, self.image, "/bin/sh", "-c",
                         command)

    def remove(self):
        if self.id:
            docker("rm", "-f", self.id)
            self.id = None

    def end(self):
        self.remove()
        docker("rmi", self.image)


class DockerLive(live.OnStack):
    container = None

    def setUp(self):
        live.skip_without_servers(*self.needs)
        if shutil.which("docker") is None or subprocess.run(["docker", "version"], capture_output=True, timeout=60,
                                                            check=False).returncode != 0:
            raise unittest.SkipTest("SKIPPED: no Docker engine answers")
        super().setUp()

    @classmethod
    def prepare(cls, stack):
        cls.container = Container()
        cls.container.run()
        stack.extra_graph = GRAPH
        stack.extra_receivers = "          - { name: docker, component: loki.source.docker.containers }\n"
        stack.container = cls.container.name
        stack.extra = f"    docker: {{ socket: unix://{SOCKET} }}\n"

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if cls.container:
            cls.container.end()
        cls.container = None

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
