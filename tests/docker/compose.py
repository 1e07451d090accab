"""The compose files and what they mount fit together, and the programs that they belong to accept them."""
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import unittest

import yaml

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DOCKER = SOURCE / "docker"
CONFIG = DOCKER / "config"
FILES = ("compose.yaml", "watch-only.compose.yaml")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120, check=False, **options)
    return done.returncode, done.stdout


def variables():
    lines = (DOCKER / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def read(name):
    """A compose file with its variables filled in."""
    known = variables()
    text = re.sub(r"(?<!\$)\$\{(\w+)\}", lambda found: known[found[1]], (DOCKER / name).read_text())
    return yaml.safe_load(text)


def compose_tool():
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if shutil.which("docker") and run("docker", "compose", "version")[0] == 0:
        return ["docker", "compose"]
    raise unittest.SkipTest("SKIPPED: there is no docker-compose on this machine")


class ComposeFilesTest(unittest.TestCase):
    def test_tool_accepts_them(self):
        for name in FILES:
            self.assertEqual(run(*compose_tool(), "-f", name, "config", "-q", cwd=DOCKER), (0, ""))


class ComposeLayoutTest(unittest.TestCase):
    def setUp(self):
        self.services = read("compose.yaml")["services"]

    def test_versions_are_pinned(self):
        for name in FILES:
            for service, content in read(name)["services"].items():
                self.assertRegex(content["image"], r"^[\w./-]+:v?\d+\.\d+[\w.-]*$", service)

    def test_applications_reach_alloy_alone(self):
        self.assertEqual(self.services["shop"]["networks"], ["backend"])
        on_backend = {name for name, service in self.services.items() if "backend" in service["networks"]}
        self.assertEqual(on_backend, {"shop", "alloy"})
        self.assertEqual(sorted(self.services["alloy"]["networks"]), ["backend", "observability"])

    def test_what_is_mounted_exists(self):
        looked_at = 0
        for service in self.services.values():
            for volume in service.get("volumes", []):
                path = volume.split(":")[0]
                if path.startswith("."):
                    looked_at += 1
                    self.assertTrue((DOCKER / path).exists(), path)
        self.assertGreater(looked_at, 5)

    def test_what_keeps_data_has_time_to_stop(self):
        for name in ("loki", "tempo", "mimir", "alloy"):
            self.assertEqual(self.services[name]["stop_grace_period"], "1m", name)

    def test_lgtmwatch_has_no_rights(self):
        for name in FILES:
            service = read(name)["services"]["lgtmwatch"]
            self.assertEqual((service["read_only"], service["cap_drop"]), (True, ["ALL"]))
            self.assertNotIn("privileged", service)

    def test_every_host_that_a_configuration_names_is_a_service(self):
        urls = re.compile(r'(?:https?://|endpoint[ =:]*"|"__address__" = ")([a-z-]+):\d+')
        found = {(file.name, host) for file in CONFIG.rglob("*.*") if file.is_file()
                 for host in urls.findall(file.read_text())}
        self.assertGreater(len(found), 8)
        self.assertEqual({pair for pair in found if pair[1] not in (*self.services, "localhost")}, set())


class ComponentConfigurationTest(unittest.TestCase):
    def test_lgtmwatch_understands_its_own(self):
        code, said = run(os.environ["LGTMWATCH_BINARY"], "check-config", CONFIG / "lgtmwatch.yaml",
                         env={"GRAFANA_PASSWORD": "x"})
        self.assertEqual(code, 0, said)
        self.assertNotIn("warning", said)

    def test_lgtmwatch_knows_the_doors_of_alloy(self):
        stack, = yaml.safe_load((CONFIG / "lgtmwatch.yaml").read_text())["stacks"]
        watched = {str(receiver.get("endpoint") or receiver["url"]).rsplit(":", 1)[1]
                   for receiver in stack["alloy"][0]["receivers"] if "otlp" in receiver}
        opened = set(re.findall(r'endpoint = "0\.0\.0\.0:(\d+)"', (CONFIG / "config.alloy").read_text()))
        self.assertEqual(watched, opened)
        self.assertEqual(opened, {"4317", "4318", "4319"})

    def test_lgtmwatch_expects_rules_that_are_there(self):
        alerting = yaml.safe_load((CONFIG / "lgtmwatch.yaml").read_text())["stacks"][0]["alerting"]
        groups = yaml.safe_load((SOURCE / "config/alerts/lgtmwatch.yaml").read_text())["groups"]
        self.assertLessEqual(set(alerting["rule_groups"]), {group["name"] for group in groups})
        self.assertIn(alerting["watchdog"], {rule.get("alert") for group in groups for rule in group["rules"]})

    def test_tempo_lets_alloy_in(self):
        receivers = yaml.safe_load((CONFIG / "tempo.yaml").read_text())["distributor"]["receivers"]["otlp"]["protocols"]
        self.assertEqual({name: settings["endpoint"] for name, settings in receivers.items()},
                         {"grpc": "0.0.0.0:4317", "http": "0.0.0.0:4318"})


class RealComponentsTest(unittest.TestCase):
    def component(self, name):
        """The server itself, where the environment names it as for tests/live."""
        path = os.environ.get(f"LGTMWATCH_LIVE_{name}")
        if not path:
            self.skipTest(f"SKIPPED: LGTMWATCH_LIVE_{name} does not name a program")
        return path

    def test_loki_accepts_its_own(self):
        self.assertEqual(run(self.component("LOKI"), f"-config.file={CONFIG}/loki.yaml", "-verify-config")[0], 0)

    def test_alloy_accepts_its_own(self):
        alloy = self.component("ALLOY")
        self.assertEqual(run(alloy, "fmt", "-t", CONFIG / "config.alloy"), (0, ""))
        self.assertEqual(run(alloy, "validate", CONFIG / "config.alloy")[0], 0)

    def test_tempo_accepts_its_own(self):
        self.assertEqual(run(self.component("TEMPO"), f"-config.file={CONFIG}/tempo.yaml", "-config.verify=true")[0], 0)

    def test_alertmanager_accepts_its_own(self):
        if shutil.which("amtool") is None:
            self.skipTest("SKIPPED: there is no amtool on this machine")
        code, said = run("amtool", "check-config", CONFIG / "alertmanager.yaml")
        self.assertEqual(code, 0, said)


class AlloyHealthTest(unittest.TestCase):
    """The health check of an image without a client, tried on an answer of each kind."""

    def check(self, status):
        class Ready(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status if self.path == "/-/ready" else 404)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Ready) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            code = self.run_check(server.server_port)
            server.shutdown()
        return code

    def run_check(self, port):
        kind, *command = read("compose.yaml")["services"]["alloy"]["healthcheck"]["test"]
        self.assertEqual(kind, "CMD")
        self.assertIn("/12345;", command[-1])
        command[-1] = command[-1].replace("/12345;", f"/{port};").replace("$$", "$")
        return run(*command)[0]

    def test_tells_ready_from_not_ready(self):
        self.assertEqual((self.check(200), self.check(503)), (0, 1))

    def test_tells_a_closed_port(self):
        self.assertNotEqual(self.run_check(1), 0)


class ExampleApplicationTest(unittest.TestCase):
    def test_sends_all_signals_to_a_receiver_and_writes_lines(self):
        sandbox = subprocess.Popen([os.environ["LGTMWATCH_SANDBOX_BINARY"], "--exit.with-parent"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(sandbox.communicate)
        addresses = json.loads(sandbox.stdout.readline())
        shop = subprocess.Popen([sys.executable, DOCKER / "example/shop.py"], stdout=subprocess.PIPE, text=True,
                                env={"OTEL_EXPORTER_OTLP_ENDPOINT": addresses["receivers"]["backend"], "SHOP_INTERVAL": "0"})
        self.addCleanup(shop.communicate)
        self.addCleanup(shop.terminate)
        self.assertEqual([shop.stdout.readline() for _ in range(3)],
                         [f"order {number} was taken\n" for number in (1, 2, 3)])
