#!/usr/bin/env python3
"""The environment is read in daemon/main.cpp alone, which passes on what the others need."""
import re

import lint

_READ = re.compile(r"\b(?:secure_)?getenv\b|(?<![\w.>])environ\b")
ALLOWED = {"daemon/main.cpp"}


def check(root):
    looked_at, findings = 0, []
    for path in lint.files(root, {".cpp", ".hpp"}):
        looked_at += 1
        if path.relative_to(root).as_posix() in ALLOWED:
            continue
        for number, line in enumerate(lint.blank(path.read_text()).split("\n"), 1):
            if _READ.search(line):
                findings.append((path, number, "reads the environment; only daemon/main.cpp does"))
    return looked_at, findings


BAD = {
    "std": {"daemon/config/a.cpp": 'auto x = std::getenv("HOME");\n'},
    "plain": {"daemon/app.cpp": 'auto x = getenv("HOME");\n'},
    "secure": {"probes/a.hpp": 'auto x = secure_getenv("HOME");\n'},
    "test": {"tests/a.cpp": 'auto x = ::getenv("HOME");\n'},
    "environ": {"sandbox/a.cpp": "extern char** environ;\n"},
}
GOOD = {
    "main": {"daemon/main.cpp": 'auto x = std::getenv("HOME");\n'},
    "comment": {"daemon/config/a.cpp": '// getenv is called in main\nauto x = "getenv";\nint environment;\n'},
}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
