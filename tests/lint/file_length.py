#!/usr/bin/env python3
"""Headers have at most 125 lines, sources 300, bodies of functions 40. Test cases may be longer than functions."""
import re

import lint

LINES = {".hpp": 125, ".cpp": 300}
FUNCTION_LINES = 40

_SCOPE = re.compile(r"^(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b", re.S)
_FUNCTION = re.compile(r"(\)|\)\s*(const|noexcept|override|final|mutable|try|&|\s)+|\)[\w\s]*->[^;{}()]*|\).*\{\})$", re.S)


def functions(text):
    """Yields (line of the brace, lines) of each body of a function that stands in a namespace or class."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), text, flags=re.M)
    scopes, depth, head, begin, line = 0, 0, "", None, 1
    for char in text:
        line += char == "\n"
        if char == "{":
            if depth == scopes and _SCOPE.match(head.strip()):
                scopes, head = scopes + 1, ""
            elif depth == scopes and _FUNCTION.search(head.rstrip()):
                begin, head = line, ""
            depth += 1
        elif char == "}":
            depth -= 1
            if depth < scopes:
                scopes, head = depth, ""
            elif depth == scopes and begin is not None:
                yield begin, line - begin + 1
                begin = None
            elif depth == scopes:
                head += "{}"  # a table, or a member in the list of a constructor
        elif char == ";":
            head = ""
        elif depth == scopes:
            head = re.sub(r"^\s*(public|private|protected)\s*:$", "", head + char)


def check(root):
    looked_at, findings = 0, []
    for path in lint.files(root, set(LINES)):
        looked_at += 1
        text = path.read_text()
        lines, limit = text.count("\n"), LINES[path.suffix]
        if lines > limit:
            findings.append((path, limit + 1, f"{lines} lines; a {path.suffix} file has at most {limit}"))
        if "tests" in path.relative_to(root).parts:
            continue
        for begin, length in functions(lint.blank(text)):
            if length > FUNCTION_LINES:
                findings.append((path, begin, f"{length} lines; the body of a function has at most {FUNCTION_LINES}"))
    return looked_at, findings


def source(lines, head="void f(int a)", around=("", "")):
    body = "".join("  if (a) { g(); }\n" for _ in range(lines - 2))
    return f"{around[0]}{head} {{\n{body}}}\n{around[1]}"


CLASS = ("namespace a {\nclass X : public Y {\n public:\n  int a_{0};\n", "};\n}\n")
BAD = {
    "header": {"daemon/a.hpp": "// x\n" * 126},
    "source": {"tests/a.cpp": "// x\n" * 301},
    "function": {"probes/a.cpp": source(41)},
    "member": {"probes/a.hpp": source(41, "void f() const override", CLASS)},
    "constructor": {"probes/a.cpp": source(41, "X::X(int a) : a_{a}, b_(a)", ("namespace {\n", "}\n"))},
    "constructor with braces": {"probes/a.cpp": source(41, "X::X(int a) : b_(a), a_{a}")},
    "trailing return": {"probes/a.cpp": source(41, "auto f(int a) const -> Result<int>")},
    "template": {"probes/a.cpp": source(41, "template <class T>\nT f(T a) noexcept")},
    "after a macro": {"probes/a.cpp": "#define X(a) {\\\n a\n" + source(41)},
}
GOOD = {
    "header": {"daemon/a.hpp": "// x\n" * 125},
    "source": {"tests/a.cpp": "// x\n" * 300},
    "function": {"probes/a.cpp": source(40) + source(40, "int g() const")},
    "class": {"probes/a.hpp": source(30, "void f()", CLASS) + "struct Z {\n" + "  int a;\n" * 50 + "};\n"},
    "table": {"probes/a.cpp": "constexpr std::array x{\n" + "  Kind{1, f(2)},\n" * 50 + "};\nconst X y[] = {\n" + "  {1},\n" * 50 + "};\n"},
    "test case": {"tests/a.cpp": source(100, 'TEST_CASE("x")')},
}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
