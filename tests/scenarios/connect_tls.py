"""TLS as real servers speak it: private authorities, names, client certificates; each right once and wrong once."""
import subprocess

import front
from front import Server, Told, passes_to


class WithCertificates(front.Connected):
    """Has no test of its own."""

    def setUp(self):
        super().setUp()
        self.certificates = front.Certificates(self.folder)
        self.loki = self.start_sandbox().addresses["loki"]

    def trusting(self, url, authority="ca", more=""):
        return f"loki: {{ url: {url}, tls: {{ ca_file: {self.certificates.certificate(authority)}{more} }} }}"

    def with_client(self, url, name):
        return self.trusting(url, more=f", cert_file: {self.certificates.certificate(name)}, "
                                       f"key_file: {self.certificates.key(name)}")


class ConnectTlsScenario(WithCertificates):
    def setUp(self):
        super().setUp()
        self.nginx = self.start_nginx({name: Server(passes_to(self.loki), tls=self.certificates.of_server(name))
                                       for name in ("server", "named", "expired")})

    def test_a_certificate_of_a_private_authority_is_trusted_where_the_authority_is_given(self):
        self.assert_all_hold({
            "address": self.trusting(self.nginx.url("server")),
            "name": self.trusting(self.nginx.url("server").replace("127.0.0.1", "localhost")),
            "server-name": self.trusting(self.nginx.url("named"), more=", server_name: loki.test"),
            "whatever": f"loki: {{ url: {self.nginx.url('expired')}, tls: {{ insecure_skip_verify: true }} }}",
        })

    def test_each_way_to_be_wrong_is_told_with_what_mends_it(self):
        server, named, expired = (self.nginx.url(name) for name in ("server", "named", "expired"))
        told = lambda stack, *telling, remedy: Told(stack, "watcher-query-failed", "tls", telling, remedy)
        self.assert_told({
            "no-authority": told(f"loki: {{ url: {server} }}", "Loki cannot be asked at", "certificate verify failed",
                                 remedy="set tls.ca_file"),
            "another-authority": told(self.trusting(server, "stranger"), "certificate verify failed",
                                      "unable to get local issuer certificate", remedy="set tls.ca_file"),
            "another-name": told(self.trusting(server, more=", server_name: tempo.test"),
                                 "mismatch: it is not made for 'tempo.test', but for localhost, 127.0.0.1",
                                 remedy="set tls.server_name"),
            "address-not-in-it": told(self.trusting(named), "not made for '127.0.0.1', but for loki.test",
                                      remedy="set tls.server_name"),
            "expired": told(self.trusting(expired), "certificate has expired", remedy="renew the certificate"),
            "https-to-a-plain-port": told(self.trusting(self.loki.replace("http:", "https:")), "does not speak TLS",
                                          remedy="use http://"),
            "http-to-a-tls-port": told(f"loki: {{ url: {server.replace('https:', 'http:')} }}",
                                       "answered 400: The plain HTTP request was sent to HTTPS port",
                                       remedy="use https://"),
        })


class ConnectEvidenceScenario(WithCertificates):
    def test_the_command_in_the_evidence_repeats_the_question(self):
        url = self.start_nginx({"named": Server(f"location = /ready {{ return 404 'here\\n'; }}\n{passes_to(self.loki)}",
                                                tls=self.certificates.of_server("named", client_ca="ca"))}).url("named")
        stack = self.with_client(url, "client").replace(" } }", ", server_name: loki.test } }")
        _, found = self.look(self.config_of({"named": stack}))
        command = found["named"]["findings"][0]["evidence"][0].partition(" → ")[0]
        again = subprocess.run(["sh", "-c", command.replace("curl ", "curl -s ", 1)], capture_output=True, text=True,
                               timeout=20, check=False)
        self.assertEqual((again.returncode, again.stdout), (0, "here\n"), command)


class ConnectClientCertificateScenario(WithCertificates):
    def setUp(self):
        super().setUp()
        tls = self.certificates.of_server(client_ca="ca")
        self.url = self.start_nginx({"strict": Server(passes_to(self.loki), tls=tls)}).url("strict")

    def test_the_certificate_that_is_configured_is_shown(self):
        self.assert_all_hold({"client": self.with_client(self.url, "client")})

    def test_none_and_one_of_another_authority_are_told_apart(self):
        self.assert_told({
            "none": Told(self.trusting(self.url), "watcher-query-failed", "tls",
                         ("answered 400: No required SSL certificate was sent",), "tls.cert_file and tls.key_file"),
            "foreign": Told(self.with_client(self.url, "foreign-client"), "watcher-query-failed", "tls",
                            ("answered 400: The SSL certificate error",), "that is accepted there"),
        })
