"""Real servers that stand between lgtmwatch and a stack: nginx and tinyproxy of Debian, certificates by openssl."""
import dataclasses
import json
import socket
import subprocess

import harness
from daemon_metrics import REASONS

SERVER_NAMES = "DNS:localhost,IP:127.0.0.1"


class Certificates:
    """An authority (ca), one that nobody trusts (stranger), and what they have signed; NAME.pem and NAME.key."""

    def __init__(self, folder):
        self._folder = folder
        for authority in ("ca", "stranger"):
            self._openssl("req", "-x509", *self._new_key(authority), "-days", "2", "-out", self.certificate(authority))
        self._sign("server", SERVER_NAMES)
        self._sign("named", "DNS:loki.test")
        self._sign("expired", SERVER_NAMES, days=-1)
        self._sign("client", "DNS:lgtmwatch")
        self._sign("foreign-client", "DNS:lgtmwatch", authority="stranger")

    def certificate(self, name):
        return self._folder / f"{name}.pem"

    def key(self, name):
        return self._folder / f"{name}.key"

    def of_server(self, name="server", client_ca=None):
        """The lines of an nginx server that show this certificate, and ask for one of the client."""
        lines = f"ssl_certificate {self.certificate(name)}; ssl_certificate_key {self.key(name)};\n"
        if client_ca:
            lines += f"ssl_verify_client on; ssl_client_certificate {self.certificate(client_ca)};\n"
        return lines

    def _sign(self, name, subject_names, authority="ca", days=2):
        request = self._folder / f"{name}.csr"
        extension = self._folder / f"{name}.ext"
        extension.write_text(f"subjectAltName={subject_names}\n")
        self._openssl("req", *self._new_key(name), "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate(authority), "-CAkey", self.key(authority),
                      "-days", str(days), "-extfile", extension, "-out", self.certificate(name))

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                "-keyout", self.key(name)]

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)


@dataclasses.dataclass
class Server:
    """One server of nginx: what stands in its block, and where it listens: its port, or its socket."""
    body: str
    tls: str = ""  # see Certificates.of_server()
    unix: bool = False
    place: str | int | None = None  # any, unless it must be this one


def passes_to(url):
    return f"location / {{ proxy_pass {url}; }}\n"


class Nginx(harness.Process):
    """Debian's nginx with the servers {name: Server}, each on a port (or socket) of its own."""

    def __init__(self, folder, servers, name="nginx"):
        self._servers = servers
        self._places = {server: kind.place or (str(folder / f"{server}.sock") if kind.unix else harness.free_port())
                        for server, kind in servers.items()}
        config = folder / f"{name}.conf"
        config.write_text(self._text(folder, name))
        super().__init__([harness.program("nginx"), "-c", config, "-p", folder, "-e", folder / f"{name}.err"], folder, name)
        for server, kind in servers.items():
            if not kind.unix:
                wait_until_it_listens(self, self._places[server], lambda: (folder / f"{name}.err").read_text())

    def url(self, server):
        if self._servers[server].unix:
            return f"unix://{self._places[server]}"
        return f"{'https' if self._servers[server].tls else 'http'}://{self.address(server)}"

    def address(self, server):
        return f"127.0.0.1:{self._places[server]}"

    def _text(self, folder, name):
        scratch = "".join(f"  {kind}_temp_path {folder}/{name}-{kind};\n"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        blocks = "".join(self._block(server, kind) for server, kind in self._servers.items())
        return (f"daemon off;\nuser root;\nworker_processes 1;\npid {folder}/{name}.pid;\nevents {{}}\n"
                f"http {{\n  access_log off;\n  default_type text/plain;\n{scratch}{blocks}}}\n")

    def _block(self, server, kind):
        place = f"unix:{self._places[server]}" if kind.unix else self.address(server)
        return f"  server {{\n    listen {place}{' ssl' if kind.tls else ''};\n{kind.tls}{kind.body}  }}\n"


class Tinyproxy(harness.Process):
    """Debian's tinyproxy; what it allows stands in further lines of its configuration."""

    def __init__(self, folder, *lines, name="tinyproxy"):
        self.port = harness.free_port()
        self.address = f"127.0.0.1:{self.port}"
        config = folder / f"{name}.conf"
        config.write_text("\n".join([f"Port {self.port}", "Listen 127.0.0.1", "Timeout 20", "MaxClients 50", *lines]) + "\n")
        super().__init__([harness.program("tinyproxy"), "-d", "-c", config], folder, name)
        wait_until_it_listens(self, self.port, self.text)


def wait_until_it_listens(process, port, log):
    def listens():
        if not process.is_running():
            raise AssertionError(f"{process.name} ended by itself:\n{log()}")
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", port)) == 0
    harness.wait_until(listens, what=lambda: f"{process.name} listens on {port}:\n{log()}")


@dataclasses.dataclass
class Told:
    """A stack that is connected wrongly, and what must be told of it."""
    stack: str  # its lines in the configuration, without its name
    cause: str
    reason: str  # of lgtmwatch_probe_failures_total
    telling: tuple = ()  # parts of the sentence
    remedy: str = ""  # part of what mends it
    state: str = "unknown"
    component: str = "loki"
    address: str = ""
    phases: tuple = None  # of lgtmwatch_endpoint_phase_seconds of the address: those that were passed, and no other


NEVER_OF_ONE_THAT_CANNOT_BE_ASKED = ("no labels", "no services", "only the stack's own jobs")


class Connected(harness.Scenario):
    """Stacks that are looked at together, by verify and by a daemon. Has no test of its own."""

    def setUp(self):
        super().setUp()
        self.environment = None  # of every lgtmwatch that looks
        self.said = []  # everything that lgtmwatch has written, for the eyes of assert_hidden()

    def start_nginx(self, servers, name="nginx"):
        return self.start(Nginx, self.folder, servers, name=name)

    def config_of(self, stacks, name="lgtmwatch.yaml", defaults="{ interval: 1s, timeout: 1s }"):
        text = "".join(f"  - name: {stack}\n" + "".join(f"    {line}\n" for line in lines.strip().splitlines())
                       for stack, lines in stacks.items())
        return self.write(name, f"defaults: {defaults}\nstacks:\n{text}")

    def look(self, config, *flags):
        """(exit code, {name: stack})"""
        done = self.verify(config, "--format=json", *flags, environment=self.environment)
        self.said += [done.stdout, done.stderr]
        self.assertNotEqual(done.stdout, "", done.stderr)
        return done.returncode, {stack["name"]: stack for stack in json.loads(done.stdout)["stacks"]}

    def assert_all_hold(self, stacks):
        """verify finds every one of {name: lines} healthy."""
        code, found = self.look(self.config_of(stacks))
        for name in stacks:
            with self.subTest(name):
                self.assertEqual(found[name]["findings"], [])
                self.assertEqual(found[name]["state"], "healthy")
                for component in found[name]["components"]:
                    self.assertEqual((component["up"], component["ready"]), (True, True))
        self.assertEqual(code, 0)

    def assert_told(self, wrong, **config):
        """verify and a daemon tell of every one of {name: Told} what is wrong, and of nothing else."""
        config = self.config_of({name: told.stack for name, told in wrong.items()}, **config)
        code, found = self.look(config)
        text = self.verify(config, environment=self.environment).stdout
        self.said.append(text)
        self.assertEqual(code, 1 if any(told.state == "broken" for told in wrong.values()) else 3)
        for name, told in wrong.items():
            with self.subTest(name):
                self.assertEqual([finding["cause"] for finding in found[name]["findings"]], [told.cause], found[name])
                finding = found[name]["findings"][0]
                for part in told.telling:
                    self.assertIn(part, finding["summary"])
                    self.assertIn(part, text)
                self.assertIn(told.remedy, "\n".join(finding["remedy"]))
                self.assertEqual(found[name]["state"], told.state)
                self.assertTrue(finding["evidence"])
                for never in NEVER_OF_ONE_THAT_CANNOT_BE_ASKED:
                    self.assertNotIn(never, str(found[name]))
        self.assert_daemon_counts(config, wrong)

    def assert_daemon_counts(self, config, wrong):
        daemon = self.start_daemon(config, environment=self.environment)
        daemon.wait_until_it_answers("/-/ready")
        metrics = daemon.metrics()
        self.said += [metrics.text, *self.pages_of(daemon)]
        daemon.signal(harness.signal.SIGTERM)
        self.assertEqual(daemon.wait(20), 0, daemon.text())
        self.said.append(daemon.text())
        for name, told in wrong.items():
            with self.subTest(name):
                self.assertEqual(metrics.all("lgtmwatch_finding", stack=name, cause=told.cause), [1])
                counted = {reason for reason in REASONS
                           if metrics.one("lgtmwatch_probe_failures_total", stack=name, component=told.component,
                                          reason=reason)}
                self.assertIn(told.reason, counted)
                if told.phases is not None:
                    phases = {labels["phase"] for labels in metrics.labels_of("lgtmwatch_endpoint_phase_seconds")
                              if (labels["stack"], labels["address"]) == (name, told.address)}
                    self.assertEqual(phases, set(told.phases))

    @staticmethod
    def pages_of(daemon):
        probes = harness.get_json(daemon.url + "/api/v1/probes/")["probes"]
        paths = ["/", "/api/v1/status", "/api/v1/findings", *("/api/v1/probes/" + probe["id"] for probe in probes)]
        return [harness.http_request(daemon.url + path)[1] for path in paths]

    def assert_hidden(self, *secrets):
        """None of the secrets stands in anything that lgtmwatch has written."""
        self.assertGreater(sum(map(len, self.said)), 1000)
        for secret in secrets:
            for text in self.said:
                self.assertNotIn(secret, text)
