"""Behind a real nginx: URL prefixes, unix sockets, and a gateway whose upstream is down or hangs."""
import socket

import front
import harness
from front import Server, Told, passes_to


class ConnectPrefixScenario(front.Connected):
    def setUp(self):
        super().setUp()
        addresses = self.start_sandbox().addresses
        body = "".join(f"location /{name}-one/ {{ proxy_pass {addresses[name]}/; }}\n"
                       for name in ("loki", "tempo", "mimir", "alloy"))
        self.url = self.start_nginx({"gateway": Server(body)}).url("gateway")

    def stack(self, suffix):
        return (f"loki: {{ url: {self.url}/loki-{suffix} }}\ntempo: {{ url: {self.url}/tempo-{suffix} }}\n"
                f"mimir: {{ url: {self.url}/mimir-{suffix} }}\n"
                f"alloy: [ {{ name: gateway, url: {self.url}/alloy-{suffix} }} ]")

    def test_every_component_is_found_under_its_prefix(self):
        self.assert_all_hold({"prefixes": self.stack("one"), "with-a-slash": f"loki: {{ url: {self.url}/loki-one/ }}"})

    def test_a_wrong_prefix_is_told_with_the_address_that_was_asked(self):
        told = lambda component, name, place: Told(
            f"{component}: {place}", "watcher-query-failed", "not_found",
            (f"{name} cannot be asked at {self.url}/{component}-two", "answered 404: Not Found"), "path prefix",
            component=component)
        self.assert_told({
            **{component: told(component, name, f"{{ url: {self.url}/{component}-two }}")
               for component, name in (("loki", "Loki"), ("tempo", "Tempo"), ("mimir", "Mimir"))},
            "alloy": told("alloy", "Alloy 'gateway'", f"[ {{ name: gateway, url: {self.url}/alloy-two }} ]"),
        })


class ConnectUnixSocketScenario(front.Connected):
    def test_a_component_behind_a_unix_socket_is_asked(self):
        addresses = self.start_sandbox().addresses
        nginx = self.start_nginx({name: Server(passes_to(addresses[name]), unix=True) for name in ("loki", "mimir")})
        self.assert_all_hold({name: f"{name}: {{ url: '{nginx.url(name)}' }}" for name in ("loki", "mimir")})

    def test_a_socket_that_is_missing_or_that_nobody_listens_on_is_told(self):
        forsaken = self.folder / "forsaken.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(forsaken))
            listener.listen()
        self.assert_told({
            "missing": Told(f"loki: {{ url: 'unix://{self.folder}/none.sock' }}", "backend-down", "refused",
                            (f"there is no socket at unix:{self.folder}/none.sock",), state="broken"),
            "forsaken": Told(f"loki: {{ url: 'unix://{forsaken}' }}", "backend-down", "refused",
                             (f"unix:{forsaken} refused the connection",), state="broken"),
        })


class ConnectDeadUpstreamScenario(front.Connected):
    def test_a_gateway_is_told_from_what_is_behind_it(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            hung = f"http://127.0.0.1:{silent.getsockname()[1]}"
            nginx = self.start_nginx({
                "down": Server(passes_to(f"http://127.0.0.1:{harness.free_port()}")),
                "hung": Server(f"proxy_read_timeout 300ms;\n{passes_to(hung)}")})
            down, hung = nginx.url("down"), nginx.url("hung")
            alloy = "alloy: [ {{ name: gateway, url: {} }} ]".format
            self.assert_told({
                "loki-down": Told(f"loki: {{ url: {down} }}", "backend-down", "refused",
                                  ("Loki is down", "answered 502", "the gateway in front of it gets no answer"),
                                  state="broken"),
                "loki-hung": Told(f"loki: {{ url: {hung} }}", "backend-hung", "timeout",
                                  ("Loki hangs", "answered 504", "the gateway in front of it waits in vain"),
                                  state="broken"),
                "alloy-down": Told(alloy(down), "alloy-down-or-crashloop", "refused",
                                   ("Alloy 'gateway' is down", "the gateway in front of it gets no answer"),
                                   state="broken", component="alloy"),
                "alloy-hung": Told(alloy(hung), "alloy-hung", "timeout",
                                   ("Alloy 'gateway' hangs", "the gateway in front of it waits in vain"),
                                   state="broken", component="alloy"),
            })

    def test_a_receiver_behind_a_dead_upstream_is_closed(self):
        sandbox = self.start_sandbox()
        nginx = self.start_nginx({"down": Server(passes_to(f"http://127.0.0.1:{harness.free_port()}"))})
        alloy = (f"alloy:\n  - name: gateway\n    url: {sandbox.addresses['alloy']}\n"
                 f"    receivers: [ {{ name: backend, otlp: http, url: {nginx.url('down')} }} ]")
        self.assert_told({"receiver": Told(alloy, "alloy-receiver-not-listening", "refused",
                                           ("receiver backend is closed", "the gateway in front of it gets no answer"),
                                           state="broken", component="alloy")})
