"""The web configuration: TLS, users and headers of the web interface, as curl and Debian's Prometheus meet them."""
import shutil
import signal
import subprocess

import harness
from front import Certificates
from real_prometheus import Prometheus

# Of the password "geheim", by bcrypt.
HASH = "$2b$10$abcdefghijklmnopqrstuu3qWavo/JrKRRVDF/68ERj4rQOXSVCG2"
USER = ["--user", "anna:geheim"]
NOTHING_THERE = "defaults: { interval: 1s, timeout: 1s }\nstacks: [{ name: shop, loki: { url: http://127.0.0.1:1 } }]\n"
RELOADED = "lgtmwatch_config_last_reload_successful"


class Secured(harness.Scenario):
    """Has no test of its own."""

    def setUp(self):
        super().setUp()
        self.made = Certificates(self.folder)
        self.config = self.write("lgtmwatch.yaml", NOTHING_THERE)

    def web_config(self, certificate="server", more="", user=f"basic_auth_users: {{ anna: {HASH} }}\n"):
        return self.write("web.yml", "tls_server_config:\n"
                                     f"  cert_file: {certificate}.pem\n  key_file: {certificate}.key\n{more}{user}")

    def start_secured(self, web, *flags):
        daemon = self.start(harness.Daemon, self.folder, self.config, f"--web.config.file={web}", *flags)
        daemon.url = daemon.url.replace("http:", "https:")
        harness.wait_until(lambda: not daemon.is_running() or "lgtmwatch is watching" in daemon.text(), what=daemon.text)
        return daemon

    def curl(self, url, *flags, trusts="ca"):
        """(exit code of curl, status, what it printed)"""
        done = subprocess.run([harness.program("curl"), "-sSi", "--max-time", "20", "--noproxy", "*", "--cacert",
                               self.made.certificate(trusts), *flags, url], capture_output=True, text=True, timeout=60,
                              check=False)
        words = done.stdout.split()
        return done.returncode, int(words[1]) if len(words) > 1 else 0, done.stdout + done.stderr

    def status(self, url, *flags, **named):
        return self.curl(url, *flags, **named)[1]


class WebConfigScenario(Secured):
    def test_curl_meets_tls_and_users_and_headers(self):
        daemon = self.start_secured(self.web_config(more="http_server_config: { headers: { X-Frame-Options: deny } }\n"))
        self.assertEqual(self.status(daemon.url + "/metrics", *USER), 200)
        _, status, told = self.curl(daemon.url + "/api/v1/status")
        self.assertEqual(status, 401, told)
        self.assertIn("WWW-Authenticate: Basic realm=", told)
        self.assertIn("X-Frame-Options: deny", told)
        self.assertEqual(self.status(daemon.url + "/", "--user", "anna:wrong"), 401)
        self.assertEqual(self.status(daemon.url + "/", "--user", "bert:geheim"), 401)
        self.assertEqual(self.status(daemon.url + "/-/healthy"), 200)
        self.assertEqual(self.curl(daemon.url + "/", *USER, trusts="stranger")[0], 60, "its certificate is not trusted")
        _, status, told = self.curl(daemon.url.replace("https:", "http:"))
        self.assertEqual(status, 400)
        self.assertIn("it is HTTPS that is spoken", told)
        self.assertEqual(self.status(daemon.url + "/-/reload", *USER, "-XPOST"), 403, "it stays with enable-lifecycle")
        self.assertNotIn("geheim", daemon.text())

    def test_events_come_through_tls_too(self):
        daemon = self.start_secured(self.web_config())
        _, status, told = self.curl(daemon.url + "/api/v1/events", *USER, "-N", "--max-time", "2")
        self.assertEqual(status, 200, told)
        self.assertIn("Content-Type: text/event-stream", told)

    def test_clients_show_a_certificate_where_it_is_asked_for(self):
        daemon = self.start_secured(self.web_config(
            more="  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n", user=""))
        shown = ["--cert", self.made.certificate("client"), "--key", self.made.key("client")]
        self.assertEqual(self.status(daemon.url + "/", *shown), 200)
        self.assertEqual(self.status(daemon.url + "/"), 0)
        foreign = ["--cert", self.made.certificate("foreign-client"), "--key", self.made.key("foreign-client")]
        self.assertEqual(self.status(daemon.url + "/", *foreign), 0)
        flags = [daemon.url, f"--tls.ca-file={self.made.certificate('ca')}"]
        own = [f"--tls.cert-file={self.made.certificate('client')}", f"--tls.key-file={self.made.key('client')}"]
        self.assertEqual(self.lgtmwatch("healthcheck", *flags, *own).returncode, 0)
        self.assertEqual(self.lgtmwatch("healthcheck", *flags).returncode, 1)

    def test_the_healthcheck_finds_its_daemon_by_the_daemons_own_environment(self):
        web = self.web_config()
        daemon = self.start_secured(web)
        environment = {"LGTMWATCH_WEB_CONFIG_FILE": str(web), "LGTMWATCH_WEB_LISTEN_ADDRESS": f":{daemon.port}"}
        done = self.lgtmwatch("healthcheck", environment=environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.lgtmwatch("healthcheck", environment={**environment, "LGTMWATCH_WEB_CONFIG_FILE": ""})
        self.assertEqual(done.returncode, 1)
        self.assertIn("answered 400", done.stderr)

    def test_a_report_is_taken_from_a_daemon_that_asks_for_a_password(self):
        daemon = self.start_secured(self.web_config())
        flags = [f"--from={daemon.url}", f"--from.tls.ca-file={self.made.certificate('ca')}"]
        self.assertIn("it answered 401", self.lgtmwatch("report", *flags).stderr)
        password = self.write("password", "geheim\n")
        done = self.lgtmwatch("report", *flags, "--from.basic.username=anna", f"--from.basic.password-file={password}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("shop", done.stdout)


class WebConfigReloadScenario(Secured):
    def hang_up(self, daemon, said):
        before = daemon.text().count(said)
        daemon.signal(signal.SIGHUP)
        harness.wait_until(lambda: daemon.text().count(said) > before, what=daemon.text)

    def test_a_renewed_certificate_and_a_new_user_are_taken_without_a_restart(self):
        daemon = self.start_secured(self.web_config())
        self.assertEqual(self.status(daemon.url + "/", *USER), 200)
        self.web_config(certificate="stranger", user=f"basic_auth_users: {{ bert: {HASH} }}\n")
        self.hang_up(daemon, "the configuration was reloaded")
        self.assertEqual(self.curl(daemon.url + "/")[0], 60, "the old authority has not signed the new certificate")
        unnamed = ["--connect-to", f"stranger:443:127.0.0.1:{daemon.port}"]
        code, status, told = self.curl("https://stranger/", *unnamed, "--user", "bert:geheim", "-k")
        self.assertEqual((code, status), (0, 200), told)
        self.assertEqual(self.status(daemon.url + "/", *USER, "-k"), 401)

    def test_a_certificate_that_is_renewed_in_its_file_is_taken_by_itself_once_its_key_fits(self):
        daemon = self.start_secured(self.web_config())
        named = [f"https://loki.test:{daemon.port}/-/healthy", "--resolve", f"loki.test:{daemon.port}:127.0.0.1"]
        self.assertEqual(self.curl(*named)[0], 60, "its certificate has another name")
        shutil.copy(self.made.certificate("named"), self.made.certificate("server"))
        harness.wait_until(lambda: "changed and cannot be used" in daemon.text(), what=daemon.text)
        self.assertEqual(self.status(daemon.url + "/", *USER), 200)
        shutil.copy(self.made.key("named"), self.made.key("server"))
        harness.wait_until(lambda: "changed; the new one is in force" in daemon.text(), what=daemon.text)
        self.assertEqual(self.status(*named), 200)

    def test_a_file_that_cannot_be_used_leaves_the_old_one_in_force_and_is_told(self):
        daemon = self.start_secured(self.web_config(), "--web.enable-lifecycle")
        for text, told in ((f"basic_auth_users: {{ anna: geheim }}\n", "this is no hash of bcrypt"),
                           ("tls_server_config: { cert_file: server.pem, key_file: client.key }\n",
                            "web.yml:1:20: error: tls_server_config: key_file cannot be used: key values mismatch"),
                           ("", "the web configuration is empty")):
            with self.subTest(told):
                self.write("web.yml", text)
                _, status, answer = self.curl(daemon.url + "/-/reload", *USER, "-XPOST")
                self.assertEqual(status, 500, answer)
                self.assertIn(told, answer)
                self.assertIn(f"{RELOADED} 0", self.curl(daemon.url + "/metrics", *USER)[2])
                self.hang_up(daemon, "the configuration was not reloaded")
        self.web_config()
        self.assertEqual(self.status(daemon.url + "/-/reload", *USER, "-XPOST"), 200)
        self.assertIn(f"{RELOADED} 1", self.curl(daemon.url + "/metrics", *USER)[2])


class WebConfigFileScenario(Secured):
    def test_check_config_checks_it_and_shows_no_hash(self):
        done = self.lgtmwatch("check-config", f"--web.config.file={self.web_config()}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn('anna: "***"', done.stdout)
        self.assertNotIn("$2b", done.stdout)
        both = self.lgtmwatch("check-config", self.config, f"--web.config.file={self.web_config()}")
        self.assertRegex(both.stdout, r"(?s)- name: shop\n.*\n---\ntls_server_config:")

    def test_what_is_wrong_is_told_with_its_line_by_check_config_and_run(self):
        web = self.write("web.yml", f"basic_auth_user: {{ anna: {HASH} }}\n")
        for command in (["check-config"], ["run", f"--config.file={self.config}"]):
            with self.subTest(command[0]):
                done = self.lgtmwatch(*command, f"--web.config.file={web}")
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("web.yml:1:1: error: basic_auth_user: unknown key 'basic_auth_user'", done.stderr)
                self.assertIn("did you mean 'basic_auth_users'?", done.stderr)
                self.assertNotIn("$2b", done.stderr)
                done = self.lgtmwatch(*command, "--web.config.file=absent.yml")
                self.assertEqual(done.returncode, 2)
                self.assertIn("--web.config.file: cannot open absent.yml: No such file or directory", done.stderr)

    def test_the_tools_of_prometheus_take_the_same_file(self):
        web = self.web_config(more="http_server_config: { http2: false, headers: { X-Frame-Options: deny } }\n")
        done = subprocess.run([harness.program("promtool"), "check", "web-config", web], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.lgtmwatch("check-config", f"--web.config.file={web}").returncode, 0)


class PrometheusScrapesWithPasswordScenario(Secured):
    def test_prometheus_scrapes_by_tls_with_a_password(self):
        daemon = self.start_secured(self.web_config())
        access = ("scheme: https, tls_config: { ca_file: %s }, basic_auth: { username: anna, password: %s }")
        prometheus = self.start(Prometheus, self.folder, {"let-in": [f"127.0.0.1:{daemon.port}"],
                                                          "refused": [f"127.0.0.1:{daemon.port}"]},
                                options={"let-in": access % (self.made.certificate("ca"), "geheim"),
                                         "refused": access % (self.made.certificate("ca"), "wrong")})
        prometheus.wait_for("lgtmwatch_stack_state")
        prometheus.wait_for('sum_over_time(up{job="let-in"}[1m]) > 3')
        prometheus.wait_for('up{job="refused"}', 0)
        self.assertEqual(set(prometheus.query("lgtmwatch_build_info")), {"let-in"})
