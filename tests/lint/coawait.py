#!/usr/bin/env python3
"""Rejects co_await statements that gcc 12 miscompiles: it destroys temporaries twice where a braced temporary,
a lambda or ?: stands in the same full expression as co_await, or an assertion of Catch around it. Hoist it into a named
local."""
import re

import lint

_BLOCK_WORD = re.compile(r"\b(else|try|do|const|noexcept|override|final|mutable)$")
_SCOPE_HEAD = re.compile(r"^(template\s*<.*>\s*)?(inline\s+)?(struct|class|enum|union|namespace|extern)\b", re.S)
_TRAILING_RETURN = re.compile(r"\)\s*(mutable\b|const\b|noexcept\b|\s)*->[^;{}()]*$")
_LAMBDA = re.compile(r"(?:^|[^\w\s)\]]|\breturn|\bco_await|\bco_return)\s*\[([^\]\[]*)\]\s*(?:\(|mutable\b|->|$|@)")


class Statement:
    """A full expression, or the head of a block. Blocks inside of it (bodies of lambdas) are left out as "@"."""

    def __init__(self):
        self.text, self.begin, self.brackets, self.braced = "", None, [], False

    def add(self, char, position):
        if self.begin is None and not char.isspace():
            self.begin = position
        self.text += char

    def fault(self):
        if not re.search(r"\bco_await\b", self.text):
            return None
        for introducer in _LAMBDA.finditer(self.text):
            captures = [c.strip() for c in introducer.group(1).split(",") if c.strip()]
            if any(not c.startswith("&") for c in captures) and not re.match(r"\s*=", self.text[introducer.end():]):
                return "lambda capturing by value"
        if "?" in self.text:
            return "conditional operator"
        if re.search(r"\b(CHECK|REQUIRE)(_\w+)?\(.*\bco_await\b", self.text, re.S):
            return "an assertion around it"
        return "brace-initialised temporary" if self.braced else None


def opens_block(statement):
    before = statement.text.rstrip()
    if not before or before[-1] in ");:" or _BLOCK_WORD.search(before) or _TRAILING_RETURN.search(before):
        return not (not before and statement.brackets)
    if before[-1] == "]":
        return bool(_LAMBDA.search(before))
    if before[-1] == "}":
        return not statement.brackets
    return bool(_SCOPE_HEAD.match(before.lstrip())) and not statement.brackets


def faults(text):
    """Yields (line, what is wrong) for blanked C++ text."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.M)
    outer, now = [], Statement()
    for position, char in enumerate(text + ";"):
        ended = None
        if char == "{" and opens_block(now):
            outer.append(now)
            now = Statement()
            continue
        if char == "}" and "{" not in now.brackets:
            ended, now = now, outer.pop() if outer else Statement()
            if now.brackets or _LAMBDA.search(now.text):
                now.braced = True
                now.add("@", position)
            else:
                yield from report(text, now)
                now = Statement()
        elif char == ";" and not now.brackets:
            ended, now = now, Statement()
        else:
            if char in "([{":
                now.brackets.append(char)
                now.braced |= char == "{"
            elif char in ")]}" and now.brackets:
                now.brackets.pop()
            now.add(char, position)
        if ended:
            yield from report(text, ended)


def report(text, statement):
    fault = statement.fault()
    if fault:
        yield text.count("\n", 0, statement.begin) + 1, f"co_await with {fault}: name it first"


def check(root):
    looked_at, findings = 0, []
    for path in lint.files(root, {".cpp", ".hpp"}):
        looked_at += 1
        findings += [(path, line, message) for line, message in sorted(faults(lint.blank(path.read_text())))]
    return looked_at, findings


def body(statement):
    return {"daemon/net/x.cpp": "awaitable<void> X::f(int a) const override {\n  if (a) {\n    g();\n  }\n  %s\n}\n" % statement}


BAD = {s: body(s) for s in (
    "co_await f(Agg{a, b});", "co_await f({.name = n});", "co_await f({});", "co_await (f(Agg{a, b}) || timer);",
    "co_await f(std::optional<Agg>(Agg{a, b}));", "Foo x{co_await g(), 1};", "Foo x = {.a = co_await g()};",
    "co_return Foo{.a = co_await g()};", "v.push_back(Foo{co_await g(), 1});", "auto s = c ? co_await a() : co_await b();",
    "co_await co_spawn(ex, [x]() -> awaitable<void> { co_return; }, tok);", "co_await f([x] { return x; });",
    "co_await f([=] { return x; });", "co_await [x]() -> awaitable<void> { co_return; }();", "co_await f([this, &y](int z) { h(z); });",
    "if (a) { co_await f(Agg{a}); }", "auto l = [&]() -> awaitable<void> { co_await f(Agg{a}); };",
    "while ((co_await f(Agg{1})).ok) { g(); }", "switch (a) { case 1: { co_await f({}); } }",
    "CHECK(co_await f() == 1);", "REQUIRE_THAT(co_await f(x), Contains(y));")}
GOOD = {s: body(s) for s in (
    "auto n = co_await f(); CHECK(n == 1);",
    "Agg x{a, b}; co_await f(std::move(x));", "auto a = co_await g(); Foo x{.a = std::move(a)};",
    "auto [ec, n] = co_await op(as_tuple(use_awaitable));", "if (auto r = co_await f(); r.ok) { g(Agg{1}); }",
    "while ((co_await f()).ok) { int b{1}; }", "for (auto& c : co_await s()) { use({c}); }",
    "auto body = [x]() -> awaitable<void> { co_await g(); }; co_await co_spawn(ex, std::move(body), tok);",
    "if (a) { g(); } else { h({}); }\n co_await f();", "switch (a) { case 1: { co_await f(); break; } default: { co_await g(); } }",
    "co_await f(v[0]); // ? {", "std::string s{\"co_await {?\"};", "const auto x = c ? a : b; co_await f(x);",
    "try { co_await f(); } catch (const E& e) { error = Error{e}; }", "co_await f(handlers[i](x));",
    "auto r = co_await send(\"http://x/?a={b}\", d);")}
GOOD["class"] = {"probes/x.hpp": "class X : public Y {\n public:\n  X(int a) : a_{a}, b_(a) { g({}); }\n"
                                 "  awaitable<int> run(Http& h) const override {\n    co_return co_await h.send();\n  }\n"
                                 " private:\n  int a_{0};\n};\n"}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
