"""The package on a Debian that has booted: from its installation until nothing of it is left."""
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from machine import Machine, make_debian, make_newer, make_package, need_an_engine, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "docs"))

from documents import documented  # noqa: E402

CONFIG = "/etc/lgtmwatch/lgtmwatch.yaml"
# Where dpkg, apt and the journal keep what they did themselves.
NOT_OF_THE_PACKAGE = ("/var/log/", "/var/cache/", "/var/lib/dpkg/", "/var/lib/apt/", "/root/")


class ServiceOnSystemdTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        need_an_engine()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lgtmwatch-systemd-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.package = make_package(cls.folder)
        cls.image = run("docker", "import", make_debian(cls.package))
        cls.addClassCleanup(run, "docker", "rmi", cls.image)

    def setUp(self):
        self.machine = Machine(self.image)
        self.addCleanup(self.machine.remove)
        self.machine.wait_for_boot()
        self.files_before = self.files()
        self.machine.shell("systemctl log-level debug")  # names what the service tells systemd
        self.install(self.package)
        self.machine.wait_for_journal("READY=1")

    def install(self, package):
        self.machine.copy(package, "/root/lgtmwatch.deb")
        self.machine.shell("DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /root/lgtmwatch.deb")

    def files(self):
        found = self.machine.shell("find / -xdev -printf '%p\\n'").splitlines()
        return {path for path in found if not path.startswith(NOT_OF_THE_PACKAGE)}

    def show(self, name, unit="lgtmwatch"):
        return self.machine.shell(f"systemctl show --value --property={name} {unit}")

    def start_sandbox(self):
        """A configuration that watches it, with a token that only root can read."""
        self.machine.shell("systemd-run --unit=sandbox lgtmwatch-sandbox --config.output=/root/sandbox.yaml")
        self.machine.wait_for_journal('"receivers"')
        text, count = re.subn(r"(?m)^    grafana:$", r"\g<0>\n      auth: { bearer_token_file: "
                              '"${CREDENTIALS_DIRECTORY}/secret_grafana.token" }', self.machine.shell("cat /root/sandbox.yaml"))
        self.assertEqual(count, 1)
        self.machine.write("/etc/lgtmwatch/secrets/grafana.token", "glsa_sandbox")
        self.machine.write(CONFIG, text + "\n")

    def test_runs_from_its_installation_on_and_from_every_boot_on(self):
        for boot in ("installation", "boot"):
            with self.subTest(boot):
                self.assertEqual((self.show("Type"), self.show("ActiveState")), ("notify", "active"))
            self.machine.reboot()

    def test_a_new_configuration_is_taken_without_a_restart_and_verified(self):
        before = self.show("MainPID")
        self.machine.shell("systemctl reload lgtmwatch")
        self.machine.wait_for_journal("Changed running -> reload", "RELOADING=1", "READY=1", "Changed reload -> running")
        self.assertEqual(self.show("MainPID"), before)
        self.start_sandbox()
        self.machine.shell("systemctl restart lgtmwatch")  # hands the new secret over
        self.assertRegex(self.machine.shell(documented("sudo systemd-run ")), "(?m)^stack sandbox: healthy")
        self.assertEqual(self.machine.attempt("setpriv", "--reuid=lgtmwatch", "--regid=lgtmwatch", "--clear-groups", "cat",
                                              "/etc/lgtmwatch/secrets/grafana.token")[1], 1)
        self.machine.shell("systemctl reload lgtmwatch")  # which knows the secret too

    def test_a_wrong_configuration_fails_the_reload_and_leaves_the_daemon_alone(self):
        before = self.show("MainPID")
        self.machine.write(CONFIG, "stacks: 7\n")
        self.assertEqual(self.machine.attempt("systemctl", "reload", "lgtmwatch")[1], 1)
        self.machine.wait_for_journal(f"{CONFIG}:1:9: error: ")
        self.assertEqual((self.show("MainPID"), self.show("ActiveState")), (before, "active"))
        self.assertEqual(self.machine.attempt("systemctl", "restart", "lgtmwatch")[1], 1)
        self.assertEqual((self.show("ActiveState"), self.show("NRestarts")), ("failed", "0"))

    def test_one_that_was_killed_is_started_again(self):
        self.machine.shell("kill -9 $(systemctl show --value --property=MainPID lgtmwatch)")
        self.machine.wait_for_journal("code=killed, status=9/KILL", "restart counter is at 1", "READY=1")
        self.assertEqual(self.show("NRestarts"), "1")

    def test_one_that_stands_is_killed_and_started_again(self):
        self.machine.write("/etc/systemd/system/lgtmwatch.service.d/soon.conf", "[Service]\nWatchdogSec=2s\n")
        self.machine.shell("systemctl daemon-reload; systemctl restart lgtmwatch")
        self.machine.shell("kill -STOP $(systemctl show --value --property=MainPID lgtmwatch)")
        self.machine.wait_for_journal("Watchdog timeout", "restart counter is at 1", "READY=1")

    def test_writes_the_report_of_the_day(self):
        self.start_sandbox()
        self.machine.shell("systemctl restart lgtmwatch; systemctl start lgtmwatch-report.service")
        self.assertRegex(self.machine.shell("cat /var/lib/lgtmwatch/reports/$(date +%F).md"), "^# sandbox: ")
        self.assertIn("lgtmwatch-report.timer", self.machine.shell("systemctl list-timers --no-pager"))

    def test_may_read_the_socket_of_docker_where_it_is_let(self):
        group = self.machine.shell("groupadd docker; getent group docker").split(":")[2]
        self.machine.shell(documented("sudo install -D "))
        self.machine.shell(documented("sudo systemctl daemon-reload "))
        self.assertRegex(self.machine.shell(f"cat /proc/{self.show('MainPID')}/status"), rf"(?m)^Groups:\s.*\b{group}\b")

    def test_speaks_tls_where_its_environment_names_a_web_configuration(self):
        certificate, key = self.folder / "server.pem", self.folder / "server.key"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-out", certificate, "-keyout", key)
        for file in (certificate, key):
            self.machine.copy(file, f"/etc/lgtmwatch/{file.name}")
        self.machine.shell("chown root:lgtmwatch /etc/lgtmwatch/server.*; chmod 640 /etc/lgtmwatch/server.*")
        self.machine.write("/etc/lgtmwatch/web.yml", "tls_server_config: { cert_file: server.pem, key_file: server.key }\n")
        for beginning in ("sudo sh -c 'echo LGTMWATCH_WEB_CONFIG_FILE", "sudo lgtmwatch check-config --web.config.file",
                          "sudo systemctl restart lgtmwatch"):
            self.machine.shell(documented(beginning))
        self.machine.shell("lgtmwatch healthcheck --tls.insecure-skip-verify https://127.0.0.1:9797")
        self.assertEqual(self.machine.attempt("lgtmwatch", "healthcheck", "http://127.0.0.1:9797")[1], 1)

    def enable_socket(self):
        for beginning in ("sudo systemctl stop lgtmwatch", "sudo systemctl enable --now lgtmwatch.socket",
                          "sudo systemctl start lgtmwatch"):
            self.machine.shell(documented(beginning))

    def test_whoever_asks_while_it_is_down_waits_where_systemd_holds_the_port(self):
        self.enable_socket()
        self.machine.shell("systemctl stop lgtmwatch; lgtmwatch healthcheck")
        self.assertEqual((self.show("ActiveState"), self.show("ActiveState", "lgtmwatch.socket")), ("active", "active"))
        self.assertIn("listen_address=passed", self.machine.shell("journalctl -o cat -t lgtmwatch"))
        self.install(make_newer(self.package, self.folder))
        self.machine.shell("lgtmwatch healthcheck")

    def test_an_upgrade_restarts_it_and_keeps_the_configuration_of_the_user(self):
        before = self.show("MainPID")
        self.start_sandbox()
        ours = self.machine.shell(f"cat {CONFIG}")
        self.install(make_newer(self.package, self.folder))
        self.assertEqual(self.machine.shell(f"cat {CONFIG}"), ours)
        self.assertEqual(self.machine.shell("dpkg-query -W -f '${Version}' lgtmwatch"), "99.0-1")
        self.assertEqual(self.show("ActiveState"), "active")
        self.assertNotEqual(self.show("MainPID"), before)

    def test_an_upgrade_does_not_start_what_was_stopped_for_good(self):
        self.machine.shell("systemctl disable --now lgtmwatch.service")
        self.install(make_newer(self.package, self.folder))
        self.assertEqual(self.show("ActiveState"), "inactive")

    def test_a_removal_keeps_what_the_user_wrote_and_a_purge_leaves_no_file(self):
        self.enable_socket()
        self.machine.shell("systemctl start lgtmwatch-report.service; dpkg -r lgtmwatch")
        units = ("lgtmwatch.service", "lgtmwatch.socket", "lgtmwatch-report.timer")
        self.assertEqual(self.machine.attempt("systemctl", "is-active", *units)[0].split(), ["inactive"] * 3)
        self.machine.shell(f"test -f {CONFIG} && test -f /var/lib/lgtmwatch/history.db && dpkg -P lgtmwatch")
        self.assertEqual(sorted(self.files() - self.files_before), [])

    def test_is_hardened_and_its_journal_is_one_line_a_thing(self):
        for unit in ("lgtmwatch.service", "lgtmwatch-report.service"):
            self.machine.shell(f"systemd-analyze security --threshold=20 --no-pager {unit}")
        lines = self.machine.shell("journalctl -o cat -t lgtmwatch").splitlines()
        self.assertEqual([line for line in lines if not re.match(r"ts=\S+Z level=[a-z]+ msg=", line)], [])
        self.assertGreater(len(lines), 0)
