"""Through a real tinyproxy: http:// as it is, https:// by CONNECT."""
import base64

import front
from front import Server, passes_to

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
