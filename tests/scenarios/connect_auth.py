"""Authentication, headers and tenants as nginx asks for them: right, and wrong, which is never "no data"."""
import base64
import subprocess

import front
from front import Server, Told, passes_to

PASSWORD, TOKEN, KEY = "pass-Zq7w", "token-Xk3v", "key-Hj5t"
SECRETS = [PASSWORD, TOKEN, KEY, base64.b64encode(f"reader:{PASSWORD}".encode()).decode()]


class ConnectAuthenticationScenario(front.Connected):
    def setUp(self):
        super().setUp()
        self.loki = self.start_sandbox().addresses["loki"]
        hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True,
                                timeout=20).stdout
        users = self.write("users", f"reader:{hashed}")
        unless = lambda condition, status: f"if ({condition}) {{ return {status} 'no\\n'; }}\n{passes_to(self.loki)}"
        self.nginx = self.start_nginx({
            "basic": Server(f"auth_basic loki; auth_basic_user_file {users};\n{passes_to(self.loki)}"),
            "bearer": Server(unless(f'$http_authorization != "Bearer {TOKEN}"', 403)),
            "header": Server(unless(f'$http_x_api_key != "{KEY}"', 401)),
        })

    def loki_at(self, server, more):
        return f"loki: {{ url: {self.nginx.url(server)}, {more} }}"

    def basic(self, password):
        return self.loki_at("basic", f"auth: {{ basic: {{ username: reader, {password} }} }}")

    def test_each_kind_of_credentials_is_sent_also_from_a_file(self):
        for name, secret in (("password", PASSWORD), ("token", TOKEN), ("key", KEY)):
            self.write(name, secret + "\n")
        self.assert_all_hold({
            "basic": self.basic(f"password: {PASSWORD}"),
            "basic-file": self.basic("password_file: password"),
            "bearer": self.loki_at("bearer", f"auth: {{ bearer_token: {TOKEN} }}"),
            "bearer-file": self.loki_at("bearer", "auth: { bearer_token_file: token }"),
            "header": self.loki_at("header", f"headers: {{ X-Api-Key: {KEY} }}"),
            "header-file": self.loki_at("header", "headers: { X-Api-Key_file: key }"),
        })
        self.assert_hidden(*SECRETS)

    def test_wrong_and_missing_credentials_are_told_and_the_state_is_unknown(self):
        told = lambda stack, *telling: Told(stack, "watcher-auth-rejected", "auth",
                                            ("Loki rejects lgtmwatch's credentials", *telling),
                                            "correct `auth` or `headers` of loki")
        # Each sends to one server what is right for another.
        self.assert_told({
            "basic-missing": told(f"loki: {{ url: {self.nginx.url('basic')} }}", "answered 401: Authorization Required"),
            "basic-wrong": told(self.basic(f"password: {KEY}"), "answered 401"),
            "bearer-wrong": told(self.loki_at("bearer", f"auth: {{ bearer_token: {KEY} }}"), "answered 403: no"),
            "bearer-for-basic": told(self.loki_at("basic", f"auth: {{ bearer_token: {TOKEN} }}"), "answered 401"),
            "header-wrong": told(self.loki_at("header", f"headers: {{ X-Api-Key: {PASSWORD} }}"), "answered 401: no"),
        })
        self.assert_hidden(*SECRETS)

    def test_an_alloy_and_a_receiver_that_ask_for_credentials_are_unknown(self):
        users = self.folder / "users"
        sandbox = self.start_sandbox(name="alloy")
        protect = lambda url: Server(f"auth_basic alloy; auth_basic_user_file {users};\n{passes_to(url)}")
        nginx = self.start_nginx({"alloy": protect(sandbox.addresses["alloy"]),
                                  "receiver": protect(sandbox.addresses["receivers"]["backend"])}, name="alloy-nginx")
        auth = f"auth: {{ basic: {{ username: reader, password: {PASSWORD} }} }}"

        def stack(alloy, receiver):
            return (f"alloy:\n  - name: gateway\n    url: {alloy}\n"
                    f"    receivers: [ {{ name: backend, otlp: http, {receiver} }} ]")
        guarded = f"url: {nginx.url('receiver')}"
        self.assert_all_hold({"right": stack(f"{nginx.url('alloy')}\n    {auth}", f"{guarded}, {auth}")})
        self.assert_told({
            "alloy": Told(f"alloy: [ {{ name: gateway, url: {nginx.url('alloy')} }} ]", "watcher-auth-rejected", "auth",
                          ("Alloy 'gateway' rejects lgtmwatch's credentials", "answered 401"),
                          "of alloy 'gateway'", component="alloy"),
            "receiver": Told(stack(sandbox.addresses["alloy"], guarded), "watcher-auth-rejected", "auth",
                             ("receiver backend does not take lgtmwatch's credentials", "answered 401"),
                             "auth", component="alloy"),
        })
        self.assert_hidden(*SECRETS)


class ConnectTenantsScenario(front.Connected):
    def setUp(self):
        super().setUp()
        addresses = self.start_sandbox().addresses

        def of_tenant(component, tenant):
            return Server(f"location = /ready {{ proxy_pass {addresses[component]}; }}\n"
                          f"location / {{\nif ($http_x_scope_orgid != \"{tenant}\") {{ return 401 'no org id\\n'; }}\n"
                          f"proxy_pass {addresses[component]};\n}}\n")
        self.nginx = self.start_nginx({"loki": of_tenant("loki", "logs-team"), "tempo": of_tenant("tempo", "shop"),
                                       "mimir": of_tenant("mimir", "shop")})

    def stack(self, tenant, loki_tenant):
        urls = {name: self.nginx.url(name) for name in ("loki", "tempo", "mimir")}
        return (f"tenant: '{tenant}'\nloki: {{ url: {urls['loki']}{loki_tenant} }}\n"
                f"tempo: {{ url: {urls['tempo']} }}\nmimir: {{ url: {urls['mimir']} }}")

    def test_one_component_has_its_own_tenant_and_the_others_that_of_the_stack(self):
        self.assert_all_hold({"both": self.stack("shop", ", tenant: logs-team")})

    def test_the_component_that_lacks_its_tenant_is_the_one_that_is_named(self):
        self.assert_told({
            "not-for-loki": Told(self.stack("shop", ""), "watcher-tenant-missing", "tenant",
                                 ("Loki does not let lgtmwatch read", "no org id", "is unknown"), "`loki.tenant`"),
        })
        code, stacks = self.look(self.config_of({"none": self.stack("", ", tenant: logs-team")}))
        found = {(finding["cause"], finding["subject"]) for finding in stacks["none"]["findings"]}
        self.assertEqual(found, {("watcher-tenant-missing", "tempo"), ("watcher-tenant-missing", "mimir")})
        self.assertEqual((code, stacks["none"]["signals"]),
                         (3, {"metrics": "unknown", "logs": "healthy", "traces": "unknown"}))
