"""The units of systemd, as far as they can be judged without starting them."""
import os
import pathlib
import tempfile
import unittest

from programs import SOURCE, UNITS, need, run, run_well


class SystemdUnitsTest(unittest.TestCase):
    units = SOURCE / "systemd"

    def setUp(self):
        need("systemd-analyze")

    def test_units_are_sound(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for unit in UNITS:
                # That of this machine, if there is one, is not the program that was just built.
                text = (self.units / unit).read_text().replace("/usr/bin/lgtmwatch", "/bin/true")
                (root / unit).write_text(text)
            said, code = run("systemd-analyze", "verify", "--man=no", *(root / unit for unit in UNITS),
                             env=dict(os.environ, SYSTEMD_UNIT_PATH=f"{root}:"))
            self.assertEqual((code, [line for line in said.splitlines() if "lgtmwatch" in line]), (0, []), said)

    def test_a_fault_in_a_unit_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "lgtmwatch.service"
            text = (self.units / unit.name).read_text().replace("/usr/bin/lgtmwatch", "/bin/true")
            unit.write_text(text.replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"))
            said, _ = run("systemd-analyze", "verify", "--man=no", unit)
            self.assertIn("Unknown key 'NoNewPrivilege'", said)

    def test_services_are_hardened(self):
        for unit in UNITS[:2]:
            said, code = run("systemd-analyze", "security", "--offline=true", "--threshold=20", self.units / unit)
            self.assertEqual(code, 0, said)
            self.assertIn(f"Overall exposure level for {unit}", said)

    def test_users_and_folders_can_be_made(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "etc").mkdir()
            run_well("systemd-sysusers", f"--root={folder}", self.units / "lgtmwatch.sysusers")
            passwd = (pathlib.Path(folder) / "etc/passwd").read_text()
            self.assertRegex(passwd, r"(?m)^lgtmwatch:x:\d+:\d+:lgtmwatch:/var/lib/lgtmwatch:")
            run_well("systemd-tmpfiles", "--create", f"--root={folder}", self.units / "lgtmwatch.tmpfiles")
            modes = {name: oct((pathlib.Path(folder) / name).stat().st_mode & 0o777)
                     for name in ("var/lib/lgtmwatch/reports", "etc/lgtmwatch/secrets")}
            self.assertEqual(modes, {"var/lib/lgtmwatch/reports": "0o750", "etc/lgtmwatch/secrets": "0o700"})
