#!/usr/bin/env python3
"""Tests wait for what they want to see, or move the clock; they do not sleep. Clock::sleep_until of a fake is fine."""
import io
import re
import tokenize

import lint

_CPP = re.compile(r"\bthis_thread\s*::\s*sleep_(?:for|until)\b|(?<![\w.>])(?:::\s*)?(?:u|nano)?sleep\s*\(")
_PYTHON = re.compile(r"(?<!\w)(?:time\s*\.\s*)?sleep\s*\(")
_SHELL = re.compile(r"(?:^|[;&|({`]|\b(?:do|then|else|timeout\s+\S+))\s*sleep\s+\S")


def python_code(text):
    """Without comments and strings; line numbers stay."""
    lines = text.split("\n")
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            (first, begin), (last, end) = token.start, token.end
            tail = lines[last - 1][end:]
            lines[first - 1] = lines[first - 1][:begin] + '""' + (tail if first == last else "")
            for row in range(first, last):
                lines[row] = tail if row == last - 1 else ""
    return "\n".join(lines)


def language(path):
    if path.suffix in (".cpp", ".hpp"):
        return "cpp"
    if path.suffix == ".py":
        return "python"
    if path.suffix == ".sh":
        return "shell"
    if path.suffix == "":
        first = path.read_bytes().split(b"\n", 1)[0]
        if first.startswith(b"#!"):
            return "python" if b"python" in first else "shell"
    return None


def check(root):
    looked_at, findings = 0, []
    for path in lint.files(root, {".cpp", ".hpp", ".py", ".sh", ""}, ("tests",)):
        kind = language(path)
        if kind is None:
            continue
        looked_at += 1
        text = path.read_text()
        if kind == "cpp":
            pattern, text = _CPP, lint.blank(text)
        elif kind == "python":
            pattern, text = _PYTHON, python_code(text)
        else:
            pattern, text = _SHELL, re.sub(r"(^|\s)#[^\n]*", r"\1", text)
        for number, line in enumerate(text.split("\n"), 1):
            if pattern.search(line):
                findings.append((path, number, "sleeps; wait for what is to be seen, or move the clock"))
    return looked_at, findings


BAD = {
    "this_thread": {"tests/a.cpp": "void f() { std::this_thread::sleep_for(1s); }\n"},
    "sleep_until": {"tests/a/b.hpp": "using namespace std;\nvoid f() { this_thread::sleep_until(t); }\n"},
    "unistd": {"tests/a.cpp": "void f() { sleep(1); }\n"},
    "global": {"tests/a.cpp": "void f() { ::usleep(10); }\n"},
    "nanosleep": {"tests/a.cpp": "int x = nanosleep(&a, nullptr);\n"},
    "python": {"tests/a.py": "import time\ntime.sleep(1)\n"},
    "python name": {"tests/a.py": "from time import sleep\nx = '''\n''' ; sleep(0.1)\n"},
    "shell": {"tests/a.sh": "while ! ready; do sleep 1; done\n"},
    "shell without suffix": {"tests/run": "#!/usr/bin/env bash\n  sleep 0.1\n"},
    "shell in background": {"tests/run": "#!/bin/sh\ntrue && sleep $x &\n"},
}
GOOD = {
    "clock": {"tests/a.cpp": "awaitable<void> sleep_until(Tick t) const override; // sleep(1)\nclock.sleep_until(t);\n"},
    "text": {"tests/a.cpp": 'auto s = "sleep(1)";\n'},
    "python text": {"tests/a.py": "# time.sleep(1)\nx = 'time.sleep(1)'\n\"\"\"\nsleep(1)\n\"\"\"\n"},
    "shell text": {"tests/a.sh": "# sleep 1\necho no sleep here\n"},
    "data": {"tests/recordings/a.py": "sleep(1)\n", "tests/b.py": "x = 1\n"},
}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
