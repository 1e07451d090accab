"""A stack of containers on two networks, as compose.yaml lays it out, of which one after the other is stopped or cut off.

Each component is a sandbox of its own, which answers for the others too, and is asked for its own alone."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from engine import docker, make_image, make_sandbox_image, need_an_engine

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenarios"))

import harness  # noqa: E402

COMPONENTS = ("loki", "tempo", "mimir", "alloy")
CONFIG = """
defaults: { interval: 2s, timeout: 1900ms }
stacks:
  - name: shop
    loki: { url: "http://loki:9001" }
    tempo: { url: "http://tempo:9002", otlp: { grpc: "tempo:9012" } }
    mimir: { url: "http://mimir:9003" }
    alloy:
      - name: gateway
        url: "http://alloy:9004"
        receivers:
          - { name: backend, otlp: http, url: "http://alloy:9006" }
          - { name: mobile, otlp: grpc, endpoint: "alloy:9007" }
"""


class NetworksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        need_an_engine()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lgtmwatch-networks-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.image, sandbox = cls.with_image(make_image), cls.with_image(make_sandbox_image)
        cls.backend, cls.observability = (cls.with_network(name) for name in ("backend", "observability"))
        for name in COMPONENTS:
            cls.with_container(name, sandbox, "--listen.host=0.0.0.0", "--port.base=9000")
        cls.connect(cls.backend, "alloy")
        config = cls.folder / "lgtmwatch.yaml"
        config.write_text(CONFIG)
        cls.folder.chmod(0o755)
        cls.with_container("lgtmwatch", "--read-only", "--cap-drop=ALL", "--tmpfs=/var/lib/lgtmwatch:uid=65532,mode=750",
                           "-v", f"{config}:/etc/lgtmwatch/lgtmwatch.yaml:ro", cls.image)

    @classmethod
    def with_image(cls, make):
        image = make(pathlib.Path(tempfile.mkdtemp(dir=cls.folder)))
        cls.addClassCleanup(docker, "rmi", image)
        return image

    @classmethod
    def with_network(cls, name):
        network = f"lgtmwatch-test-{name}-{os.getpid()}"
        docker("network", "create", "--internal", network)
        cls.addClassCleanup(docker, "network", "rm", network)
        return network

    @classmethod
    def with_container(cls, name, *arguments):
        docker("run", "-d", "--name", cls.container(name), "--network", cls.observability, "--network-alias", name,
               *arguments)
        cls.addClassCleanup(docker, "rm", "-f", cls.container(name))

    @staticmethod
    def container(name):
        return f"lgtmwatch-test-{name}-{os.getpid()}"

    @classmethod
    def connect(cls, network, name):
        docker("network", "connect", "--alias", name, network, cls.container(name))

    def setUp(self):
        self.wait_for("healthy", [])

    def stack(self):
        """(state, (cause, subject) of each finding) of what lgtmwatch's API tells, or what it says instead."""
        status, body = harness.http_request(f"http://{self.address()}:9797/api/v1/status")
        if status != 200:
            return status, body
        stack, = json.loads(body)["stacks"]
        return stack["state"], [(finding["cause"], finding["subject"]) for finding in stack["findings"]]

    def wait_for(self, *wanted):
        harness.wait_until(lambda: self.stack() == wanted, what=lambda: f"the stack is {wanted}; it is {self.stack()}")

    def address(self):
        return docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                      self.container("lgtmwatch"))

    def canary_of_an_application(self):
        return docker("run", "--rm", "--network", self.backend, self.image, "canary", "--receiver=http://alloy:9006",
                      check=False)

    @contextlib.contextmanager
    def stopped(self, name):
        docker("stop", self.container(name))
        try:
            yield
        finally:
            docker("start", self.container(name))

    @contextlib.contextmanager
    def cut_off(self, name, network):
        docker("network", "disconnect", network, self.container(name))
        try:
            yield
        finally:
            self.connect(network, name)

    @contextlib.contextmanager
    def paused(self, name):
        docker("pause", self.container(name))
        try:
            yield
        finally:
            docker("unpause", self.container(name))

    def test_a_component_that_is_stopped_is_down_until_it_is_started(self):
        for name, finding in (("loki", ("backend-down", "loki")), ("alloy", ("alloy-down-or-crashloop", "gateway"))):
            with self.stopped(name):
                self.wait_for("broken", [finding])
            self.wait_for("healthy", [])

    def test_a_component_that_is_cut_off_is_down_until_it_is_connected(self):
        with self.cut_off("tempo", self.observability):
            self.wait_for("broken", [("backend-down", "tempo")])
        self.wait_for("healthy", [])

    def test_a_component_that_is_paused_hangs_until_it_goes_on(self):
        with self.paused("mimir"):
            self.wait_for("broken", [("backend-hung", "mimir")])
        self.wait_for("healthy", [])

    def test_only_a_canary_from_there_sees_that_applications_do_not_reach_alloy(self):
        self.assertIn("ok, every signal was accepted", self.canary_of_an_application())
        with self.cut_off("alloy", self.backend):
            self.assertIn("BROKEN, no signal gets through", self.canary_of_an_application())
            self.wait_for("healthy", [])
        self.assertIn("ok, every signal was accepted", self.canary_of_an_application())

    def test_without_a_way_to_anything_it_blames_nobody(self):
        report = ("exec", self.container("lgtmwatch"), "lgtmwatch", "report", "--from=http://127.0.0.1:9797")
        unknown = re.compile(r"(?s)\A# shop: unknown\n.*^1\. .* Cause: `watcher-not-on-network`", re.M)
        with self.cut_off("lgtmwatch", self.observability):
            harness.wait_until(lambda: unknown.search(docker(*report)), what=lambda: f"it blames itself: {docker(*report)}")
        self.wait_for("healthy", [])
