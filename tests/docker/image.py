"""The image: its last stage is built from the program at hand, without any registry, and run as compose.yaml runs it."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from engine import docker, make_image, need_an_engine


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        need_an_engine()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lgtmwatch-image-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.root = cls.folder / "rootfs"
        cls.image = make_image(cls.folder)
        cls.addClassCleanup(docker, "rmi", cls.image)

    def start(self, *flags):
        container = docker("run", "-d", "--network=none", "--read-only", "--cap-drop=ALL",
                           "--volume=/var/lib/lgtmwatch", *flags, self.image)
        self.addCleanup(docker, "rm", "-f", "-v", container)
        return container

    def wait_for(self, text, *command):
        """Follows what Docker tells until it holds the text; False where it does not within a minute."""
        with subprocess.Popen(["timeout", "60", "docker", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as following:
            found = any(text in line for line in following.stdout)
            following.terminate()
        return found

    def test_becomes_healthy_without_rights(self):
        container = self.start("--health-interval=1s")
        self.assertTrue(self.wait_for("health_status: healthy", "events", "--since=1h", f"--filter=container={container}"),
                        docker("logs", container))

    def test_is_small_and_not_of_root(self):
        told = json.loads(docker("image", "inspect", self.image))[0]
        self.assertLess(told["Size"], 150_000_000)
        self.assertEqual(told["Config"]["User"], "65532:65532")
        self.assertIn("org.opencontainers.image.version", told["Config"]["Labels"])
        self.assertEqual(told["Config"]["Labels"]["org.opencontainers.image.licenses"], "Apache-2.0")

    def test_has_no_shell_and_tells_what_is_in_it(self):
        self.assertEqual([path.name for path in (self.root / "usr/bin").iterdir()], ["lgtmwatch"])
        lines = (self.root / "usr/share/lgtmwatch/packages.txt").read_text().splitlines()
        packages = {line.split()[0] for line in lines}
        self.assertLessEqual({"libc6", "libssl3", "libnghttp2-14", "ca-certificates"}, packages)
        self.assertEqual({path.parent.name for path in self.root.glob("usr/share/doc/*/copyright")}, packages)
        self.assertIn("Apache License", (self.root / "usr/share/doc/lgtmwatch/LICENSE").read_text())

    def test_an_end_is_orderly(self):
        container = self.start()
        self.assertTrue(self.wait_for("lgtmwatch is watching", "logs", "-f", container))
        docker("stop", container)
        self.assertEqual(json.loads(docker("inspect", container))[0]["State"]["ExitCode"], 0,
                         docker("logs", container))
