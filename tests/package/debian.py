"""The package that cpack makes, as far as it can be judged without installing it."""
import pathlib
import re
import shutil
import tempfile
import unittest

from programs import BUILD, CPACK, SOURCE, UNITS, need, run, run_well

# Whoever builds a package for others sets the maintainer; it is no upload to Debian.
NOT_OURS = "bogus-mail-host,bogus-mail-host-in-debian-changelog,initial-upload-closes-no-bugs"


class DebianPackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("dpkg-deb", "dpkg-shlibdeps", "lintian"):
            need(tool)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lgtmwatch-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run_well(CPACK, "-G", "DEB", "-B", cls.folder, cwd=BUILD)
        cls.package, = cls.folder.glob("*.deb")
        cls.root = cls.folder / "root"
        run_well("dpkg-deb", "-x", cls.package, cls.root)
        cls.control = cls.folder / "control"
        run_well("dpkg-deb", "-e", cls.package, cls.control)

    def test_name_tells_version_and_architecture(self):
        self.assertRegex(self.package.name, r"^lgtmwatch_\d+\.\d+\.\d+-1_[a-z0-9]+\.deb$")

    def test_holds_what_a_package_needs(self):
        for path in ("usr/bin/lgtmwatch", "usr/bin/lgtmwatch-sandbox", "etc/lgtmwatch/lgtmwatch.yaml",
                     "etc/default/lgtmwatch", "usr/lib/sysusers.d/lgtmwatch.conf", "usr/lib/tmpfiles.d/lgtmwatch.conf",
                     "usr/share/man/man1/lgtmwatch.1.gz", "usr/share/man/man5/lgtmwatch.yaml.5.gz",
                     "usr/share/bash-completion/completions/lgtmwatch", "usr/share/doc/lgtmwatch/copyright",
                     "usr/share/doc/lgtmwatch/changelog.Debian.gz", "usr/share/doc/lgtmwatch/configuration.md",
                     "usr/share/doc/lgtmwatch/examples/docker-socket.conf",
                     "usr/share/lgtmwatch/lgtmwatch.schema.json",
                     *(f"usr/lib/systemd/system/{unit}" for unit in UNITS)):
            self.assertTrue((self.root / path).is_file(), path)

    def test_ships_every_alert_rule_and_dashboard(self):
        for folder in ("alerts", "dashboards"):
            for file in (SOURCE / "config" / folder).rglob("*.*"):
                shipped = self.root / "usr/share/lgtmwatch" / file.relative_to(SOURCE / "config")
                self.assertEqual(shipped.read_bytes(), file.read_bytes(), shipped)

    def test_depends_on_the_libraries_of_the_programs(self):
        depends = re.search(r"^Depends: (.*)$", (self.control / "control").read_text(), re.M)[1]
        for library in ("libc6", "libssl3", "libyaml-cpp", "libnghttp2-14", "libsqlite3-0"):
            self.assertIn(library, depends)

    def test_keeps_every_file_below_etc_on_an_upgrade(self):
        files = {"/" + str(path.relative_to(self.root)) for path in (self.root / "etc").rglob("*") if path.is_file()}
        self.assertEqual(files, set((self.control / "conffiles").read_text().split()))

    def test_configuration_is_sound_and_names_the_installed_schema(self):
        config = self.root / "etc/lgtmwatch/lgtmwatch.yaml"
        run_well(self.root / "usr/bin/lgtmwatch", "check-config", config)
        schema = re.search(r"\$schema=(\S+)", config.read_text())[1]
        self.assertTrue((self.root / schema.lstrip("/")).is_file(), schema)

    def test_lintian_has_nothing_serious_to_say(self):
        said, code = run("lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", NOT_OURS,
                         self.package)
        self.assertEqual(code, 0, said)
