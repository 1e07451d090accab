"""What the scenarios share: processes that are ended by their id, bounded waiting, HTTP, and reading of answers.

A scenario runs the two programs as a user does; their paths come from the environment (see CMakeLists.txt).
"""
import ctypes
import http.server
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

LGTMWATCH = os.environ["LGTMWATCH_BINARY"]
SANDBOX = os.environ["LGTMWATCH_SANDBOX_BINARY"]
HUNG_NAMES = {"LD_PRELOAD": os.environ["LGTMWATCH_HUNG_NAMES"]}  # *.hung.test never resolves, *.none.test not at all
SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]

PATIENCE = 60  # seconds, for what takes a moment on a machine that has something else to do
STEP = 0.05

_PR_SET_CHILD_SUBREAPER = 36
_loopback = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait_until(predicate, seconds=PATIENCE, what="it came true"):
    """The first true value of predicate(); fails with what() or what when the time is up. The only place that waits."""
    never = threading.Event()
    end = time.monotonic() + seconds
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() >= end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        never.wait(STEP)


def free_port():
    """Below those that the system gives to who asks for any, as every sandbox does: nobody takes it meanwhile."""
    for port in random.sample(range(20000, 30000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no port is free between 20000 and 30000")


def http_request(url, method="GET", timeout=10, body=None):
    """(status, body); a refused or hung connection is (0, the reason). The body to send is an object, sent as JSON."""
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with _loopback.open(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def open_url(url, headers=None):
    """An answer that is read while it comes."""
    return _loopback.open(urllib.request.Request(url, headers=headers or {}), timeout=PATIENCE)


def get_json(url):
    status, body = http_request(url)
    if status != 200:
        raise AssertionError(f"{url} answered {status}: {body[:200]}")
    return json.loads(body)


def program(name):
    path = shutil.which(name)
    if path is None:
        raise AssertionError(f"{name} is not on PATH; scripts/setup test installs it")
    return path


class Metrics:
    """A parsed answer of /metrics."""

    _SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
    _LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')

    def __init__(self, text):
        self.text = text
        self.samples = []
        for line in text.splitlines():
            match = self._SAMPLE.match(line)
            if match and not line.startswith("#"):
                labels = dict(self._LABEL.findall(match.group(2) or ""))
                self.samples.append((match.group(1), labels, float(match.group(3))))

    def all(self, name, **labels):
        return [value for found, has, value in self.samples
                if found == name and all(has.get(label) == wanted for label, wanted in labels.items())]

    def one(self, name, **labels):
        """The value of the only such sample, or None where there is none."""
        values = self.all(name, **labels)
        if len(values) > 1:
            raise AssertionError(f"{name}{labels} fits {len(values)} samples")
        return values[0] if values else None

    def labels_of(self, name):
        return [labels for found, labels, _ in self.samples if found == name]


class Process:
    """A program that was started; its output goes to a file, so that it never waits for a reader."""

    def __init__(self, arguments, folder, name, environment=None, stdin=subprocess.DEVNULL, pipe_stdout=False,
                 descriptors=()):
        self.name = name
        self.was_killed = False
        self.output = folder / f"{name}.log"
        with open(self.output, "wb") as log:
            self.popen = subprocess.Popen(
                [str(argument) for argument in arguments], stdin=stdin, stderr=log, cwd=folder,
                stdout=subprocess.PIPE if pipe_stdout else log, env={**os.environ, **(environment or {})},
                pass_fds=descriptors)

    def text(self):
        return self.output.read_text()

    def is_running(self):
        return self.popen.poll() is None

    def signal(self, number):
        self.popen.send_signal(number)

    def kill(self):
        """Gives it no chance to end in order."""
        self.was_killed = True
        self.popen.kill()
        self.popen.wait()

    def wait(self, seconds):
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds} s; its output:\n{self.text()}") from None

    def read_line(self, seconds):
        """The first line of its standard output."""
        ready, _, _ = select.select([self.popen.stdout], [], [], seconds)
        line = self.popen.stdout.readline() if ready else b""
        if not line:
            raise AssertionError(f"{self.name} said nothing within {seconds} s; its errors:\n{self.text()}")
        return line.decode()

    def end(self, seconds=20):
        """Asks it to end, and makes it where it does not. What there is to complain of, or nothing."""
        self.popen.send_signal(signal.SIGTERM)
        try:
            code = self.popen.wait(seconds)
            return f"{self.name} ended with {code}:\n{self.text()}" if code and not self.was_killed else None
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            return f"{self.name} did not end within {seconds} s of SIGTERM:\n{self.text()}"
        finally:
            for stream in (self.popen.stdin, self.popen.stdout):
                if stream:
                    stream.close()


class SandboxProcess(Process):
    """The stand-in stack, which has written a configuration that watches it."""

    def __init__(self, folder, faults=(), name="sandbox"):
        self.config = folder / f"{name}.yaml"
        super().__init__([SANDBOX, "--exit.with-parent", f"--config.output={self.config}",
                          *(f"--fault={fault}" for fault in faults)],
                         folder, name, stdin=subprocess.PIPE, pipe_stdout=True)
        try:
            self.addresses = json.loads(self.read_line(PATIENCE))
        except AssertionError:
            self.end()
            raise

    def set_fault(self, fault):
        self._faults("POST", fault)

    def clear_fault(self, fault):
        self._faults("DELETE", fault)

    def _faults(self, method, fault):
        status, body = http_request(f"{self.addresses['control']}/faults/{fault}", method)
        if status != 200:
            raise AssertionError(f"{method} of the fault {fault} was answered {status}: {body}")

    def set_pace(self, interval, timeout):
        text, count = re.subn(r"^defaults: .*$", f"defaults: {{ interval: {interval}, timeout: {timeout} }}",
                              self.config.read_text(), flags=re.M)
        if count != 1:
            raise AssertionError("the sandbox's configuration has no line of defaults to rewrite")
        self.config.write_text(re.sub(r"dashboard_interval: \S+", f"dashboard_interval: {interval}", text))


class Daemon(Process):
    """lgtmwatch run, with its web interface on a free port."""

    def __init__(self, folder, config, *flags, name="lgtmwatch", environment=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__([LGTMWATCH, "run", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{self.port}",
                          *flags], folder, name, environment=environment)

    def wait_until_it_answers(self, path="/-/healthy"):
        wait_until(lambda: not self.is_running() or http_request(self.url + path)[0] == 200,
                   what=lambda: f"{self.url}{path} answers 200; log:\n{self.text()}")
        if not self.is_running():
            raise AssertionError(f"lgtmwatch ended by itself:\n{self.text()}")

    def metrics(self):
        status, body = http_request(self.url + "/metrics")
        if status != 200:
            raise AssertionError(f"/metrics answered {status}: {body}")
        return Metrics(body)

    def wait_for_metrics(self, predicate, seconds=PATIENCE, what="the metrics show it"):
        """The first /metrics for which predicate(metrics) holds."""
        last = []

        def fitting():
            last[:] = [self.metrics()]
            return last[0] if predicate(last[0]) else None
        return wait_until(fitting, seconds, lambda: f"{what}; /metrics was:\n{last[0].text}\nlog:\n{self.text()}")

    def wait_for_state(self, state, seconds=PATIENCE):
        return self.wait_for_metrics(lambda metrics: metrics.all("lgtmwatch_stack_state") == [state], seconds,
                                     f"the stack's state is {state}")


class WebServer:
    """A small web server in this process; answer(path), or answer(path, headers), gives (status, content type, body)."""

    def __init__(self, answer, with_headers=False):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, content_type, body = answer(self.path, self.headers) if with_headers else answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = "127.0.0.1:%d" % self._server.server_address[1]
        self.url = f"http://{self.address}"

    def end(self):
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class Scenario(unittest.TestCase):
    """Ends what it started, each by its id, and fails where anything is left running."""

    def setUp(self):
        # Whatever outlives its parent becomes a child of this process, so that it can be found.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._scratch = tempfile.TemporaryDirectory(prefix="lgtmwatch-scenario-")
        self.folder = pathlib.Path(self._scratch.name)
        self._started = []
        self.addCleanup(self._end_all)  # also where the rest of setUp() fails

    def _end_all(self):
        complaints = [complaint for complaint in (started.end() for started in reversed(self._started)) if complaint]
        self._scratch.cleanup()
        left = self._left_children()
        self.assertEqual("\n".join(complaints), "")
        self.assertEqual(left, [], "left running")

    @staticmethod
    def _left_children():
        left = []
        try:
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    children = pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
                    for child in children:
                        left.append(pathlib.Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "))
                        os.kill(int(child), signal.SIGKILL)
                        os.waitpid(int(child), 0)
        except ChildProcessError:
            return left

    def start(self, make, *arguments, **named):
        """Starts a process (or server) of this scenario, which is ended with it."""
        started = make(*arguments, **named)
        self._started.append(started)
        return started

    def start_sandbox(self, *faults, name="sandbox"):
        return self.start(SandboxProcess, self.folder, faults, name=name)

    def start_daemon(self, config, *flags, **named):
        daemon = self.start(Daemon, self.folder, config, *flags, **named)
        daemon.wait_until_it_answers()
        return daemon

    def serve(self, answer, with_headers=False):
        return self.start(WebServer, answer, with_headers)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def lgtmwatch(self, *arguments, environment=None, seconds=120):
        """Runs lgtmwatch to its end."""
        return subprocess.run([LGTMWATCH, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=seconds, cwd=self.folder, env={**os.environ, **(environment or {})},
                              check=False)

    def verify(self, config, *flags, **named):
        """Without --timeout it is too short for a second reading of counters, which takes 10 s."""
        if not any(flag.startswith("--timeout") for flag in flags):
            flags += ("--timeout=9s",)
        return self.lgtmwatch("verify", f"--config.file={config}", *flags, **named)

    def verify_json(self, config, *flags):
        """(exit code, the only stack)"""
        done = self.verify(config, "--format=json", *flags)
        stacks = json.loads(done.stdout)["stacks"]
        self.assertEqual(len(stacks), 1, done.stdout)
        return done.returncode, stacks[0]
