#!/usr/bin/env python3
"""Checks who includes whom: the "may include" column of docs/architecture.md."""
import re

import lint

BASE, MODEL, NET, WIRE = "daemon/base/", "daemon/model/", "daemon/net/", "wire/"
PROBE, HTTP, SERVER = "probes/probe.hpp", "daemon/net/http.hpp", "daemon/net/http_server.hpp"
GRPC = "daemon/net/grpc.hpp"
ALL = ("",)

# Room: prefixes of what its files may include besides the room itself. The longest room that fits a path counts.
MAY_INCLUDE = {
    "daemon/base/": (),
    "daemon/model/": (BASE,),
    "wire/": (BASE,),
    "daemon/config/": (BASE, MODEL),
    "daemon/ledger/": (BASE, MODEL),
    "daemon/net/": (BASE,),
    "probes/": (BASE, MODEL, WIRE, HTTP, GRPC),
    "diagnosis/": (BASE, MODEL),
    "daemon/schedule/": (BASE, MODEL, PROBE),
    "daemon/status/": (BASE, MODEL, PROBE),
    "daemon/history/": (BASE, MODEL, "daemon/ledger/", "daemon/status/"),
    "daemon/alert/": (BASE, MODEL, "daemon/ledger/", "daemon/status/", "diagnosis/", HTTP),
    "daemon/serve/": (BASE, MODEL, "daemon/history/", "daemon/status/", "diagnosis/", SERVER),
    "daemon/init/": (BASE, MODEL, "probes/"),
    "daemon/commands/": ALL,
    "daemon/*": ALL,  # the files in daemon/ itself: the composition root
    "sandbox/": (BASE, NET, WIRE),
    "tests/": ALL,
    "bench/": ALL,
}
COMMANDS = ("run", "verify", "report", "check_config", "init", "explain", "canary", "rules", "demo", "healthcheck")
# Libraries that one room hides from the others.
FENCED = (("boost/beast", NET), ("boost/asio/ssl", NET), ("openssl/", NET), ("nghttp2/", NET), ("grpc", NET),
          ("yaml-cpp/", "daemon/config/"), ("sqlite3.h", "daemon/ledger/"))
FREE = ("tests/", "bench/")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)


def room_of(path):
    if re.fullmatch(r"daemon/[^/]+", path):
        return "daemon/*"
    return max((room for room in MAY_INCLUDE if path.startswith(room)), key=len, default=None)


def fault(path, room, target, quoted):
    if target.split("/")[0] in lint.ROOMS:
        return ours(path, room, target)
    if room in FREE:
        return None
    if quoted and not target.endswith(".pb.h"):
        return f'"{target}": include our own files by their path from the top'
    for library, owner in FENCED:
        if target.startswith(library) and room != owner:
            return f"<{target}> belongs to {owner} alone"
    if room == "diagnosis/" and target.startswith("boost/asio"):
        return f"<{target}>: diagnosis does no input or output"
    return None


def ours(path, room, target):
    if room_of(target) == "daemon/*" and room not in ("daemon/*", "daemon/commands/") + FREE:
        return f'"{target}": the composition root is for main and the commands alone'
    stem = re.fullmatch(r"daemon/commands/(\w+)\.hpp", target)
    if room == "daemon/commands/" and stem and stem.group(1) in COMMANDS and not path.startswith(target[:-4] + "."):
        return f'"{target}": commands do not include each other'
    if room_of(target) == room or target.startswith(MAY_INCLUDE[room]):
        return None
    allowed = ", ".join(MAY_INCLUDE[room]) or "nothing of ours"
    return f'"{target}": {room} may include {allowed}'


def check(root):
    looked_at, findings = 0, []
    for file in lint.files(root, {".cpp", ".hpp"}):
        looked_at += 1
        path = file.relative_to(root).as_posix()
        room = room_of(path)
        text = file.read_text()
        if room is None:
            findings.append((file, 1, "this room is not in the table of tests/lint/include_directions.py"))
            continue
        for match in _INCLUDE.finditer(text):
            message = fault(path, room, match.group(2), match.group(1) == '"')
            if message:
                findings.append((file, text.count("\n", 0, match.start(1)) + 1, message))
    return looked_at, findings


def case(path, include):
    return {f"{path} {include}": {path: f"// x\n#include {include}\n"}}


BAD = {
    **case("daemon/base/a.cpp", '"daemon/model/plan.hpp"'), **case("daemon/model/a.hpp", '"daemon/net/http.hpp"'),
    **case("wire/a.cpp", '"daemon/net/http.hpp"'), **case("daemon/config/a.cpp", '"probes/probe.hpp"'),
    **case("daemon/net/a.cpp", '"daemon/status/store.hpp"'), **case("probes/loki/a.cpp", '"daemon/net/http_client.hpp"'),
    **case("probes/loki/a.cpp", "<boost/beast/http.hpp>"), **case("sandbox/a.cpp", "<nghttp2/nghttp2.h>"),
    **case("probes/otlp/a.cpp", '"daemon/net/grpc_client.hpp"'), **case("diagnosis/a.cpp", "<boost/asio/awaitable.hpp>"),
    **case("diagnosis/a.cpp", '"probes/probe.hpp"'), **case("daemon/schedule/a.cpp", '"daemon/status/store.hpp"'),
    **case("daemon/status/a.cpp", '"probes/registry.hpp"'), **case("daemon/serve/a.cpp", '"daemon/schedule/scheduler.hpp"'),
    **case("daemon/commands/run.cpp", '"daemon/commands/demo.hpp"'), **case("sandbox/a.cpp", '"probes/probe.hpp"'),
    **case("sandbox/a.cpp", "<openssl/ssl.h>"), **case("daemon/app.cpp", "<boost/beast/core.hpp>"),
    **case("daemon/commands/run.cpp", "<grpcpp/grpcpp.h>"), **case("daemon/other/a.cpp", "<string>"),
    **case("daemon/base/a.cpp", '"time.hpp"'), **case("daemon/status/a.cpp", '"daemon/app.hpp"'),
    **case("daemon/ledger/a.hpp", '"wire/canary.hpp"'), **case("daemon/canary_keeper.cpp", "<sqlite3.h>"),
    **case("daemon/serve/a.cpp", "<daemon/net/http.hpp>"), **case("daemon/serve/a.cpp", "<yaml-cpp/yaml.h>"),
    **case("daemon/init/a.cpp", '"daemon/net/http.hpp"'), **case("daemon/init/a.cpp", '"daemon/config/load.hpp"'),
}
GOOD = {
    **case("daemon/base/a.cpp", '"daemon/base/time.hpp"'), **case("daemon/base/a.hpp", "<boost/asio/awaitable.hpp>"),
    **case("daemon/net/a.cpp", "<boost/beast/http.hpp>"), **case("probes/loki/a.cpp", '"daemon/net/http.hpp"'),
    **case("probes/otlp/a.cpp", '"daemon/net/grpc.hpp"'),
    **case("daemon/init/a.cpp", '"probes/numbers.hpp"'),
    **case("daemon/commands/run.cpp", '"daemon/commands/run.hpp"'), **case("daemon/commands/run.cpp", '"daemon/app.hpp"'),
    **case("daemon/commands/run.cpp", '"daemon/commands/flags.hpp"'), **case("daemon/serve/a.cpp", '"diagnosis/finding.hpp"'),
    **case("sandbox/a.cpp", '"daemon/net/http_server.hpp"'), **case("wire/a.cpp", '"otlp.pb.h"'),
    **case("tests/net/a.cpp", "<boost/beast/http.hpp>"), **case("tests/net/a.cpp", '"fakes.hpp"'),
    **case("daemon/log.cpp", '"daemon/status/store.hpp"'), **case("daemon/app.cpp", '"daemon/log.hpp"'), **case("daemon/main.cpp", '"daemon/net/http_client.hpp"'),
    **case("daemon/ledger/a.cpp", "<sqlite3.h>"), **case("daemon/config/a.cpp", "<yaml-cpp/yaml.h>"), **case("daemon/status/a.cpp", "<prometheus/registry.h>"),
}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
