"""Every command in the documents is run as it is written there, or stands here with the reason why not.

They run on a network of their own, where grafana, alloy and mimir are names of this machine, and with an /etc of their
own, so that what they listen on is free and what they write is gone at the end."""
import ctypes
import fcntl
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import unittest

from documents import DOCUMENTS, SOURCE, commands_of

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenarios"))

import harness  # noqa: E402
from front import Nginx, Server, passes_to  # noqa: E402

BUILDS = "builds; the continuous integration does it with every job"
ON_SYSTEMD = "needs a booted systemd; tests/systemd does it"
PULLS = "needs images of a registry; tests/docker checks what it reads"
OF_THE_EXAMPLE = "needs what the example adds; tests/docs/extending.py does it there"
NOT_RUN = {
    "./scripts/demo": "builds; tests/smoke/demo runs what it runs",
    "./scripts/test": "is what runs this test",
    "./scripts/build release lgtmwatch": BUILDS,
    "./scripts/build dev lgtmwatch-corpus": BUILDS,
    "build/dev/tests/corpus/lgtmwatch-corpus --findings tests/scenarios/corpus/ingest/loki-rate-limited.yaml":
        "needs that build; tests/corpus plays every scenario",
    "for lint in coawait include_directions no_sleep no_getenv file_length causes; do "
    "python3 -B tests/lint/$lint.py .; done": OF_THE_EXAMPLE,
    "./scripts/build dev lgtmwatch-corpus probes_tests diagnosis_tests catalogue_tests": OF_THE_EXAMPLE,
    "ctest --test-dir build/dev --output-on-failure --tests-regex '^(probes|diagnosis|catalogue)_tests'":
        OF_THE_EXAMPLE,
    "build/dev/tests/corpus/lgtmwatch-corpus --findings --table tests/scenarios/corpus/receive/alloy-*.yaml":
        OF_THE_EXAMPLE,
    "./scripts/package": "builds; tests/package makes the package from what was built",
    "sudo apt-get install ./build/release/lgtmwatch_*.deb": ON_SYSTEMD,
    "sudoedit /etc/lgtmwatch/lgtmwatch.yaml": "waits for somebody who writes",
    "sudo systemctl reload lgtmwatch": ON_SYSTEMD,
    "journalctl -u lgtmwatch": ON_SYSTEMD,
    "sudo systemd-run --pipe --wait -p LoadCredential=secret:/etc/lgtmwatch/secrets \\\n"
    "  -p EnvironmentFile=-/etc/default/lgtmwatch lgtmwatch verify --config.file=/etc/lgtmwatch/lgtmwatch.yaml": ON_SYSTEMD,
    "sudo install -D /usr/share/doc/lgtmwatch/examples/docker-socket.conf \\\n"
    "  /etc/systemd/system/lgtmwatch.service.d/docker-socket.conf": ON_SYSTEMD,
    "sudo systemctl daemon-reload && sudo systemctl restart lgtmwatch": ON_SYSTEMD,
    "sudo sh -c 'echo LGTMWATCH_WEB_CONFIG_FILE=/etc/lgtmwatch/web.yml >>/etc/default/lgtmwatch'": ON_SYSTEMD,
    "sudo lgtmwatch check-config --web.config.file=/etc/lgtmwatch/web.yml": ON_SYSTEMD,
    "sudo systemctl restart lgtmwatch": ON_SYSTEMD,
    "sudo systemctl stop lgtmwatch": ON_SYSTEMD,
    "sudo systemctl enable --now lgtmwatch.socket": ON_SYSTEMD,
    "sudo systemctl start lgtmwatch": ON_SYSTEMD,
    "docker build -f docker/Dockerfile -t lgtmwatch:0.1.0 .": PULLS,
    "docker run -d --name lgtmwatch --read-only --cap-drop=ALL --network=YOUR_STACK -p 127.0.0.1:9797:9797 \\\n"
    '  -v "$PWD/lgtmwatch.yaml:/etc/lgtmwatch/lgtmwatch.yaml:ro" -v lgtmwatch:/var/lib/lgtmwatch lgtmwatch:0.1.0':
        "needs a stack of containers; tests/docker runs the image in one",
    "docker run --rm --network container:scanium-backend lgtmwatch:0.1.0 canary --receiver=http://localhost:4318":
        "needs an application's container; tests/docker and tests/scenarios run it in one",
    "cd docker": PULLS,
    "docker compose up -d": PULLS,
    "docker compose -f watch-only.compose.yaml up -d": PULLS,
    "mimirtool rules load --address=http://mimir:9009 --id=anonymous lgtmwatch-rules.yaml":
        "Debian has no mimirtool",
    "mimirtool rules list --address=http://mimir:9009 --id=anonymous": "Debian has no mimirtool",
    "lgtmwatch report --from=http://localhost:9797 --incident=17": "17 is an example; tests/scenarios/incidents.py",
    "kubectl kustomize config/kubernetes": "tests/kubernetes does it where there is a kubectl",
    "kubectl apply -k config/kubernetes": "needs a cluster",
}
NEW_NETWORK_AND_MOUNTS = 0x40000000 | 0x00020000  # CLONE_NEWNET, CLONE_NEWNS
SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41  # SIOCSIFFLAGS
DAEMON = "http://127.0.0.1:9797"
FAIL_AS_SCRIPTS_DO = "fail\nsilent\nshow-error\n"


def own_machine():
    """Gives this process, and what it starts, a loopback device, an /etc and a /run of its own."""
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK_AND_MOUNTS) != 0:
        raise unittest.SkipTest(f"SKIPPED: there are no namespaces here: {os.strerror(ctypes.get_errno())}")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH22x", b"lo", UP_AND_RUNNING))
    for mounts in (["--make-rprivate", "/"], ["-t", "tmpfs", "tmpfs", "/mnt"], ["-t", "tmpfs", "tmpfs", "/run"]):
        subprocess.run(["mount", *mounts], check=True)
    for name in ("etc", "work"):
        pathlib.Path("/mnt", name).mkdir()
    overlay = "lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/work"
    if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", overlay, "/etc"], check=False).returncode != 0:
        raise unittest.SkipTest("SKIPPED: no overlay file system can be mounted here")
    pathlib.Path("/etc/hosts").write_text("127.0.0.1 localhost grafana alloy mimir\n")


class CommandsOfTheDocumentsTest(harness.Scenario):
    daemon = None

    def test_every_command_that_is_not_run_is_in_the_documents(self):
        written = {command for path in DOCUMENTS for command in commands_of(path)}
        self.assertEqual(sorted(set(NOT_RUN) - written), [])

    def test_every_other_command_does_what_it_is_there_for(self):
        own_machine()
        self.start_stack()
        run = 0
        for path in DOCUMENTS:
            for command in commands_of(path):
                if command in NOT_RUN:
                    continue
                run += 1
                with self.subTest(f"{path.relative_to(SOURCE)}: {command}"):
                    self.play(command)
        self.assertGreater(run, 20)

    def start_stack(self):
        """The sandbox behind the names and ports of the documents, and what a reader has at hand."""
        addresses = self.start_sandbox().addresses
        self.start(Nginx, self.folder, {
            "grafana": Server(passes_to(addresses["grafana"]), place=3000),
            "alloy": Server(passes_to(addresses["alloy"]), place=12345),
            "receiver": Server(passes_to(addresses["receivers"]["mobile-http"]), place=4318),
            "docker": Server(passes_to(addresses["docker"]), unix=True, place="/run/docker.sock"),
            "mimir": Server("location /prometheus/config/v1/rules/ { return 202; }\n", place=9009)})
        for name, program in (("lgtmwatch", harness.LGTMWATCH), ("config", SOURCE / "config")):
            (self.folder / name).symlink_to(program)
        (self.folder / ".curlrc").write_text(FAIL_AS_SCRIPTS_DO)
        self.environment = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": str(self.folder)}

    def play(self, command):
        if command.startswith("lgtmwatch init "):
            self.stop_daemon()
            (self.folder / "lgtmwatch.yaml").unlink(missing_ok=True)
        if re.search(r"healthcheck|(localhost|127\.0\.0\.1):9797", command):
            self.start_daemon_once()
        if command.startswith("lgtmwatch run "):
            return self.run_until_ready(command)
        done = subprocess.run(["bash", "-ec", command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, cwd=self.folder, env=self.environment, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        if command.startswith("lgtmwatch init "):
            self.adopt()

    def adopt(self):
        """The stack has the name that the documents give it, and its configuration is that of the service too."""
        config = self.folder / "lgtmwatch.yaml"
        text, count = re.subn(r"(?m)^  - name: .*$", "  - name: shop", config.read_text())
        self.assertEqual(count, 1, text)
        config.write_text(text)
        pathlib.Path("/etc/lgtmwatch").mkdir(exist_ok=True)
        pathlib.Path("/etc/lgtmwatch/lgtmwatch.yaml").write_text(text)

    def run_until_ready(self, command):
        self.stop_daemon()
        running = harness.Process(["bash", "-c", f"exec {command}"], self.folder, "run", environment=self.environment)
        try:
            harness.wait_until(lambda: harness.http_request(f"{DAEMON}/-/ready")[0] == 200, what=running.text)
        finally:
            running.signal(signal.SIGTERM)
            self.assertEqual(running.wait(20), 0, running.text())

    def start_daemon_once(self):
        if self.daemon is None:
            self.daemon = harness.Process([harness.LGTMWATCH, "run", "--config.file=lgtmwatch.yaml",
                                           "--web.enable-lifecycle"], self.folder, "daemon")
            self.addCleanup(self.stop_daemon)
            harness.wait_until(lambda: harness.http_request(f"{DAEMON}/-/ready")[0] == 200, what=self.daemon.text)

    def stop_daemon(self):
        if self.daemon is not None:
            self.assertIsNone(self.daemon.end())
            self.daemon = None
