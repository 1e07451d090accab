"""The Docker engine, and images of the programs at hand, made without any registry."""
import os
import pathlib
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LGTMWATCH = os.environ["LGTMWATCH_BINARY"]
SANDBOX = os.environ["LGTMWATCH_SANDBOX_BINARY"]


def docker(*arguments, check=True):
    done = subprocess.run(["docker", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=250, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"docker {arguments} exited {done.returncode}: {done.stdout}")
    return done.stdout.strip()


def need_an_engine():
    if shutil.which("docker") is None or subprocess.run(["docker", "version"], capture_output=True).returncode != 0:
        raise unittest.SkipTest("SKIPPED: no Docker engine answers on this machine")
    if os.getuid() != 0 or shutil.which("dpkg-query") is None:
        raise unittest.SkipTest("SKIPPED: the root file system is made as root, on Debian")


def collect(program, root):
    subprocess.run([SOURCE / "docker/collect", program, SOURCE / "config/lgtmwatch.yaml", root], check=True)


def make_image(folder):
    """The last stage of docker/Dockerfile as it stands, behind one that holds what the build would have left."""
    collect(LGTMWATCH, folder / "rootfs")
    text = (SOURCE / "docker/Dockerfile").read_text()
    # A context has no owners of files, an archive in it has.
    subprocess.run(["tar", "--numeric-owner", "-cf", folder / "rootfs.tar", "-C", folder / "rootfs", "."], check=True)
    first, last = "FROM scratch AS build\nADD rootfs.tar /rootfs/\n", text[text.index("FROM scratch"):]
    return build(folder, "lgtmwatch", first + last)


def make_sandbox_image(folder):
    collect(SANDBOX, folder / "rootfs")
    return build(folder, "sandbox", 'FROM scratch\nCOPY rootfs /\nENTRYPOINT ["/usr/bin/lgtmwatch-sandbox"]\n')


def build(folder, name, dockerfile):
    (folder / "Dockerfile").write_text(dockerfile)
    image = f"lgtmwatch-test-{name}-{os.getpid()}"
    docker("build", "-q", "-t", image, folder)
    return image
