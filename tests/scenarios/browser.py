"""Chromium without a window, driven over a pipe by its DevTools protocol. Who uses it is skipped where it is missing."""
import json
import os
import select
import shutil
import signal
import subprocess
import time

import harness

LONGEST_MESSAGE = 16 << 20


class Browser:
    """One page of it. What it asks for over the network and what it complains of is kept in `asked` and `complaints`."""

    def __init__(self, folder):
        ours_in, self._to = os.pipe()
        self._from, ours_out = os.pipe()
        self._popen = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{ours_in} 4>&{ours_out}', "bash", shutil.which("chromium"), "--headless",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check",
             "--disable-background-networking", "--disable-breakpad", "--no-proxy-server", "--remote-debugging-pipe",
             f"--user-data-dir={folder / 'chromium'}", "about:blank"],
            pass_fds=(ours_in, ours_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "HOME": str(folder)})
        os.close(ours_in)
        os.close(ours_out)
        self._number, self._buffer, self._session = 0, b"", None
        self.asked, self.complaints = [], []
        page = next(each for each in self._call("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def show(self, url):
        self._call("Page.navigate", url=url)
        harness.wait_until(lambda: self.run("document.readyState") == "complete" and self.run("location.href") == url,
                           what=lambda: f"{url} is shown; {self.run('location.href')} is")

    def run(self, script):
        """The value of an expression of JavaScript in the page."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def type(self, text):
        self._call("Input.insertText", text=text)

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[key],
                       **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}))

    def be(self, width=1000, scheme="light", scripts=True):
        """A screen of that width, in that scheme of colours, with or without JavaScript."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._call("Emulation.setScriptExecutionDisabled", value=not scripts)

    def accessible(self):
        """[(role, name)] of what a screen reader is told."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]

    def end(self):
        """Nothing of it is left afterwards."""
        os.close(self._to)
        os.close(self._from)
        try:
            self._popen.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def _call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + harness.PATIENCE
        while True:
            answer = self._next(end, method)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _next(self, end, method):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0, end - time.monotonic()))
            piece = os.read(self._from, 1 << 16) if ready else b""
            if not piece or len(self._buffer) > LONGEST_MESSAGE:
                raise AssertionError(f"Chromium does not answer to {method}")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        told = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(told["exceptionDetails"])
        elif event.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(told["entry"])


class WithBrowser(harness.Scenario):
    """Has no test of its own."""

    def start_browser(self):
        if not shutil.which("chromium"):
            self.skipTest("SKIPPED: there is no Chromium on this machine")
        return self.start(Browser, self.folder)
