"""The real Docker engine. What is made there is removed at the end by its id; nothing else is touched."""
import http.client
import http.server
import io
import os
import pathlib
import shutil
import socket
import subprocess
import tarfile
import threading

import harness

SOCKET = "/var/run/docker.sock"
APPLICATION_PORTS = 24310  # of the stand-in that plays the application; none of the receivers' ports


class WithDocker(harness.Scenario):
    """What scenarios with containers share; has no test of its own. They are skipped where no engine answers."""

    def setUp(self):
        super().setUp()
        if shutil.which("docker") is None:
            self.skipTest("SKIPPED: there is no docker on this machine")
        asked = subprocess.run(["docker", "version"], capture_output=True, text=True, timeout=60, check=False)
        if asked.returncode != 0:
            self.skipTest("SKIPPED: no Docker engine answers: " + asked.stderr.strip().replace("\n", " "))

    def docker(self, *arguments, stdin=None):
        done = subprocess.run(["docker", *map(str, arguments)], input=stdin, capture_output=True, timeout=120,
                              check=False)
        if done.returncode != 0:
            raise AssertionError(f"docker {arguments}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    def make(self, remove, *arguments, stdin=None):
        """The id of what the command made, which is removed with the scenario."""
        made = self.docker(*arguments, stdin=stdin)
        self.addCleanup(self.docker, *remove, made)
        return made

    def make_image(self, *more):
        """An image of both programs, of more of this machine's, and of the libraries that they need, made without any
        registry."""
        programs = {"/lgtmwatch": harness.LGTMWATCH, "/sandbox": harness.SANDBOX} | {path: path for path in more}
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for name, path in programs.items():
                tar.add(os.path.realpath(path), name)
            for library in sorted(set().union(*map(self._libraries, programs.values()))):
                tar.add(os.path.realpath(library), library)
        return self.make(["rmi"], "import", "-", stdin=packed.getvalue())

    @staticmethod
    def _libraries(binary):
        told = subprocess.run(["ldd", binary], capture_output=True, text=True, timeout=30, check=True).stdout
        return {word for word in told.split() if word.startswith("/") and pathlib.Path(word).exists()}

    def make_network(self):
        name = f"lgtmwatch-scenario-{os.getpid()}"
        return self.make(["network", "rm"], "network", "create", "--internal", name)

    def run_container(self, *arguments):
        """The id of a container that goes on running."""
        return self.make(["rm", "-f"], "run", "-d", *arguments)

    def run_to_its_end(self, *arguments):
        """(exit code, what it said)"""
        container = self.make(["rm", "-f"], "create", *arguments)
        done = subprocess.run(["docker", "start", "-a", container], capture_output=True, text=True, timeout=120,
                              check=False)
        return done.returncode, done.stdout + done.stderr

    def wait_for_log(self, container, text):
        harness.wait_until(lambda: text in self.docker("logs", container), what=f"{container} says {text}")

    def read_only_proxy(self):
        """The URL of a proxy before the engine's socket that lets nothing but GET /containers/ through, as the usual
        socket proxies do; and what it has refused."""
        refused = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if not self.path.startswith("/containers/"):
                    return self.refuse()
                with socket.socket(socket.AF_UNIX) as engine:
                    engine.connect(SOCKET)
                    engine.sendall(f"GET {self.path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
                    answer = http.client.HTTPResponse(engine)
                    answer.begin()
                    self.tell(answer.status, answer.read(), answer.getheader("Content-Type", "application/json"))
                return None

            def refuse(self):
                refused.append(f"{self.command} {self.path}")
                self.tell(403, b"Forbidden\n", "text/plain")

            do_POST = do_PUT = do_DELETE = do_HEAD = refuse

            def tell(self, status, body, content_type):
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}", refused
