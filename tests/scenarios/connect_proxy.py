"""Through a real tinyproxy: http:// as it is, https:// by CONNECT; and a proxy that is down, refuses, or asks for us."""
import base64

import front
import harness
from front import Server, Told, passes_to

PASSWORD = "proxy-Lw8d"


class ConnectProxyScenario(front.Connected):
    def setUp(self):
        super().setUp()
        self.loki = self.start_sandbox().addresses["loki"]
        self.certificates = front.Certificates(self.folder)
        self.tls = self.start_nginx({"tls": Server(passes_to(self.loki), tls=self.certificates.of_server())}).url("tls")

    def start_proxy(self, *lines, name="tinyproxy"):
        return self.start(front.Tinyproxy, self.folder, *lines, name=name)

    def plain(self, proxy, more=""):
        return f"loki: {{ url: '{self.loki}', proxy_url: 'http://{proxy}'{more} }}"

    def secured(self, proxy, more=""):
        return (f"loki: {{ url: '{self.tls}', proxy_url: 'http://{proxy}'{more}, "
                f"tls: {{ ca_file: {self.certificates.certificate('ca')} }} }}")

    def test_a_component_is_asked_through_the_proxy_plainly_and_by_connect(self):
        self.write("password", PASSWORD + "\n")
        open_to_all = self.start_proxy().address
        guarded = self.start_proxy(f"BasicAuth reader {PASSWORD}", name="guarded").address
        auth = ", proxy_auth: {{ basic: {{ username: reader, {} }} }}".format
        self.assert_all_hold({
            "plain": self.plain(open_to_all), "secured": self.secured(open_to_all),
            "plain-auth": self.plain(guarded, auth(f"password: {PASSWORD}")),
            "secured-auth": self.secured(guarded, auth("password_file: password")),
        })
        self.assert_hidden(PASSWORD, base64.b64encode(f"reader:{PASSWORD}".encode()).decode())

    def test_a_proxy_that_is_in_the_way_is_lgtmwatchs_own_trouble_and_no_fault_of_the_component(self):
        down = f"127.0.0.1:{harness.free_port()}"
        guarded = self.start_proxy(f"BasicAuth reader {PASSWORD}", name="guarded").address
        strict = self.start_proxy("ConnectPort 443", f"Filter \"{self.write('filter', '127.0.0.1')}\"", name="strict").address
        told = lambda cause, reason, stack, sentence, remedy: Told(stack, cause, reason, (sentence,), remedy)
        self.assert_told({
            f"{name}-{way}": told(cause, reason, make(proxy), sentence, remedy)
            for way, make in (("plain", self.plain), ("secured", self.secured))
            for name, proxy, cause, reason, sentence, remedy in (
                ("down", down, "watcher-proxy-failing", "refused",
                 f"{down} refused the connection", "check proxy_url, and that the proxy runs"),
                ("credentials-missing", guarded, "watcher-proxy-failing", "auth",
                 f"the proxy {guarded} asks for credentials", "proxy_auth"),
                ("refused", strict, "watcher-proxy-failing", "unreachable",
                 f"the proxy {strict} cannot reach", "let the proxy allow connections"))})
        self.assert_hidden(PASSWORD)
