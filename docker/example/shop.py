"""An application that sends metrics, logs and traces by OTLP over HTTP, and writes lines to its standard output."""
import json
import os
import random
import secrets
import time
import urllib.request

ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
NAME = os.environ.get("OTEL_SERVICE_NAME", "shop")
INTERVAL = float(os.environ.get("SHOP_INTERVAL", "5"))

RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": NAME}}]}
SCOPE = {"name": "shop"}


def metrics(begun, now, orders):
    point = {"startTimeUnixNano": str(begun), "timeUnixNano": str(now), "asInt": str(orders)}
    total = {"name": "shop.orders", "sum": {"dataPoints": [point], "aggregationTemporality": 2, "isMonotonic": True}}
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"scope": SCOPE, "metrics": [total]}]}]}


def logs(now, line, trace):
    record = {"timeUnixNano": str(now), "severityText": "INFO", "body": {"stringValue": line}, "traceId": trace}
    return {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [{"scope": SCOPE, "logRecords": [record]}]}]}


def traces(begun, now, trace):
    span = {"traceId": trace, "spanId": secrets.token_hex(8), "name": "order", "kind": 2,
            "startTimeUnixNano": str(begun), "endTimeUnixNano": str(now)}
    return {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": [span]}]}]}


def send(signal, body):
    request = urllib.request.Request(f"{ENDPOINT}/v1/{signal}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
    except OSError as error:
        print(f"{signal} could not be sent to {ENDPOINT}: {error}", flush=True)


def main():
    begun, orders = time.time_ns(), 0
    while True:
        start, trace = time.time_ns(), secrets.token_hex(16)
        time.sleep(random.uniform(0.01, 0.2))
        orders += 1
        line = f"order {orders} was taken"
        print(line, flush=True)
        now = time.time_ns()
        send("metrics", metrics(begun, now, orders))
        send("logs", logs(now, line, trace))
        send("traces", traces(start, now, trace))
        time.sleep(INTERVAL)


if __name__ == "__main__":
    main()
