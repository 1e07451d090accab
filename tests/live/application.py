"""What sends: an application that exports by OTLP, writes a log file, and has metrics of its own to be scraped."""
import http.server
import json
import os
import threading
import time
import urllib.request

import harness

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def attribute(key, value):
    return {"key": key, "value": {"stringValue": value}}


def metrics_body(service, number, temporality=2, name="orders"):
    now = time.time_ns()
    point = {"asDouble": number, "timeUnixNano": str(now), "startTimeUnixNano": str(now - 10**9 * 60)}
    return {"resourceMetrics": [{"resource": {"attributes": [attribute("service.name", service)]}, "scopeMetrics": [{
        "metrics": [{"name": name, "sum": {"aggregationTemporality": temporality, "isMonotonic": True,
                                           "dataPoints": [point]}}]}]}]}


def logs_body(service, text, offset=0.0):
    now = str(time.time_ns() + int(offset * 10**9))
    return {"resourceLogs": [{"resource": {"attributes": [attribute("service.name", service)]}, "scopeLogs": [{
        "logRecords": [{"timeUnixNano": now, "observedTimeUnixNano": now, "severityText": "INFO",
                        "body": {"stringValue": text}}]}]}]}


def traces_body(service, spans=1, trace=None, padding=""):
    now = time.time_ns()
    trace = trace or os.urandom(16).hex()
    made = [{"traceId": trace, "spanId": os.urandom(8).hex(), "name": "order", "kind": 2,
             "startTimeUnixNano": str(now - 10**6), "endTimeUnixNano": str(now),
             "attributes": [attribute("padding", padding)] if padding else []} for _ in range(spans)]
    return {"resourceSpans": [{"resource": {"attributes": [attribute("service.name", service)]},
                               "scopeSpans": [{"spans": made}]}]}


def post(url, body, content_type="application/json", timeout=5):
    """The status, or 0 where there was no answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method="POST", headers={"Content-Type": content_type})
    try:
        with opener.open(request, timeout=timeout) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


class Application:
    """Sends every second as the service `shop`. A fault adds work to `more`, or takes a signal out of `signals`."""
    service = "shop"

    def __init__(self, receiver, file, exported):
        self.receiver = receiver
        self.file = file
        self.exported = exported
        self.usual()
        self._number = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.port = harness.free_port()
        self._server = None
        self.serve()

    def usual(self):
        self.signals = {*self.exported, "file"}
        self.more = []
        self.temporality = 2

    def serve(self):
        """Its own /metrics, to be scraped."""
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"# TYPE carts_total counter\n" + b"".join(b'carts_total{n="%d"} 1\n' % n for n in range(20))
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop_serving(self):
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    def _run(self):
        while not self._ended.wait(1):
            self._number += 1
            if "metrics" in self.signals:
                post(self.receiver + "/v1/metrics", metrics_body(self.service, self._number, self.temporality))
            if "logs" in self.signals:
                post(self.receiver + "/v1/logs", logs_body(self.service, f"order {self._number} was paid"))
            if "traces" in self.signals:
                post(self.receiver + "/v1/traces", traces_body(self.service))
            if "file" in self.signals:
                with open(self.file, "a", encoding="utf-8") as log:
                    log.write(f"order {self._number} was packed\n")
            for work in list(self.more):
                work()

    def end(self):
        self._ended.set()
        self._thread.join(60)
        if self._server:
            self.stop_serving()
