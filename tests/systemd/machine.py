"""A machine with Debian's systemd: a container of the Docker engine, booted from a Debian that is made for it."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["LGTMWATCH_BUILD"])
CPACK = os.environ["LGTMWATCH_CPACK"]
MAKE_DEBIAN = SOURCE / "tests/support/debian"
NO_MIRROR = 3  # its exit code
# systemd hands credentials over by a mount that must be seen outside of where it is made. On hardware it sees to that
# itself, in a container it leaves it to whoever made that, and Docker does not.
BOOT = "mount --make-rshared / && exec /sbin/init"


def attempt(*command, seconds=280, **options):
    """What it said, and its exit code."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, check=False, **options)
    return done.stdout.strip(), done.returncode


def run(*command, **options):
    said, code = attempt(*command, **options)
    if code != 0:
        raise AssertionError(f"{command} exited {code}: {said}")
    return said


def need_an_engine():
    for tool in ("docker", "mmdebstrap", "dpkg-deb", "dpkg-shlibdeps"):
        if shutil.which(tool) is None:
            raise unittest.SkipTest(f"SKIPPED: there is no {tool} on this machine")
    if os.getuid() != 0:
        raise unittest.SkipTest("SKIPPED: only root can make a Debian")
    if attempt("docker", "version")[1] != 0:
        raise unittest.SkipTest("SKIPPED: no Docker engine answers on this machine")


def make_package(folder):
    run(CPACK, "-G", "DEB", "-B", folder, cwd=BUILD)
    package, = folder.glob("*.deb")
    return package


def make_newer(package, folder):
    """The same package with a higher version, whose configuration has changed too."""
    root = pathlib.Path(tempfile.mkdtemp(dir=folder))
    run("dpkg-deb", "-R", package, root)
    control = root / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 99.0-1", control.read_text()))
    with (root / "etc/lgtmwatch/lgtmwatch.yaml").open("a") as config:
        config.write("# of a newer version\n")
    (root / "DEBIAN/md5sums").unlink()
    newer = folder / "newer.deb"
    run("dpkg-deb", "-Znone", "--root-owner-group", "-b", root, newer)
    return newer


def make_debian(package):
    """A Debian with systemd and what the package says that it depends on. It takes a minute, so that it is kept beside the
    build until either changes."""
    depends = run("dpkg-deb", "-f", package, "Depends")
    key = hashlib.sha256((depends + MAKE_DEBIAN.read_text() + pathlib.Path(__file__).read_text()).encode())
    made = BUILD / "systemd" / f"debian-{key.hexdigest()[:16]}.tar"
    if not made.exists():
        made.parent.mkdir(exist_ok=True)
        for old in made.parent.iterdir():
            old.unlink()
        unfinished = made.with_name("unfinished.tar")
        said, code = attempt(
            MAKE_DEBIAN, unfinished, "--include=systemd-sysv,dbus", "--dpkgopt=force-unsafe-io",
            f'--customize-hook=cp "{package}" "$1/tmp/lgtmwatch.deb"',
            '--customize-hook=chroot "$1" apt-get clean',
            '--customize-hook=chroot "$1" apt-get -qy --no-install-recommends --download-only install /tmp/lgtmwatch.deb',
            '--customize-hook=chroot "$1" sh -ec "dpkg -i /var/cache/apt/archives/*.deb; rm /tmp/lgtmwatch.deb"',
            seconds=400)
        if code == NO_MIRROR:
            raise unittest.SkipTest(f"SKIPPED: {said}")
        if code != 0:
            raise AssertionError(f"no Debian was made: {said}")
        unfinished.rename(made)
    return made


class Machine:
    def __init__(self, image):
        self.container = run("docker", "run", "-d", "--network=none", "--cap-add=SYS_ADMIN",
                             "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined",
                             "--cgroupns=host", "-v", "/sys/fs/cgroup:/sys/fs/cgroup", "--tmpfs=/run",
                             "--env=container=docker", "--stop-signal=SIGRTMIN+3", image, "sh", "-c", BOOT)

    def wait_for_boot(self):
        # systemd listens a moment after its container has started.
        self.run("timeout", "60", "sh", "-c", "until [ -S /run/systemd/private ]; do :; done; "
                                              "systemctl is-system-running --wait")

    def reboot(self):
        run("docker", "restart", "-t", "1", self.container)
        self.wait_for_boot()

    def remove(self):
        run("docker", "rm", "-f", "-v", self.container)

    def attempt(self, *command):
        return attempt("docker", "exec", self.container, *command)

    def run(self, *command):
        return run("docker", "exec", self.container, *command)

    def shell(self, script):
        return self.run("bash", "-euc", script)

    def copy(self, file, to):
        run("docker", "cp", file, f"{self.container}:{to}")

    def write(self, path, text):
        self.run("sh", "-c", 'mkdir -p "$(dirname "$0")"; printf %s "$1" >"$0"', path, text)

    def show(self, unit, name):
        return self.run("systemctl", "show", "--value", "--property", name, unit)

    def wait_for_journal(self, *texts):
        """Follows the journal, systemd's own lines among them, until it has told all of them in this order."""
        missing = list(texts)
        with subprocess.Popen(["docker", "exec", self.container, "timeout", "90", "journalctl", "-f", "-n", "all", "-o",
                               "cat"], stdout=subprocess.PIPE, text=True, errors="replace") as following:
            seen = []
            for line in following.stdout:
                seen.append(line)
                if missing and missing[0] in line:
                    del missing[0]
                if not missing:
                    break
            following.terminate()
        if missing:
            raise AssertionError(f"the journal never says {missing}:\n{''.join(seen[-100:])}")
