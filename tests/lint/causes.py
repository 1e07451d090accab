#!/usr/bin/env python3
"""Holds the pages of causes/ against the rules of diagnosis/ and the alert rules: each cause that one of them names has a
page, and what the page says of being recognised (yes, alternative, alert, no) is what they do. What a page must hold is
tests/diagnosis' part."""
import re

import lint

# Words that are spelled like causes and are none: reasons that backends count.
NOT_CAUSES = {"json-file", "new-value-for-timestamp", "sample-out-of-bounds", "sample-out-of-order", "sample-timestamp-too-old"}

_ID = r'"([a-z0-9]+(?:-[a-z0-9]+)+)(: [^"\n]*)?"'
_NAMED = re.compile(_ID)
_COMPARED = (re.compile(r"[=!]=\s*$"), re.compile(r"\s*[=!]="))
# A list of nothing but ids holds alternatives, and so does what is appended to one; any other id is a finding's cause.
_LISTED = (re.compile(r"(\{|" + _ID + r"\s*,)\s*$"), re.compile(r"\s*(,\s*" + _ID + r"|,?\s*\})"))
_APPENDED = re.compile(r"(emplace_back|push_back)\(\s*$")
_RECOGNISED = re.compile(r"^- recognised: (yes|alternative|alert|no)$", re.M)
_LINKED = re.compile(r"/causes/([a-z0-9-]+)")


def named_in(text):
    """Yields (line, id, whether it is the cause of a finding) for each id that the text names."""
    text = lint.without_comments(text)
    for match in _NAMED.finditer(text):
        before, after = text[:match.start()], text[match.end():]
        if _COMPARED[0].search(before) or _COMPARED[1].match(after):
            continue
        listed = _LISTED[0].search(before) and _LISTED[1].match(after) or _APPENDED.search(before)
        concluded = not match.group(2) and not listed
        yield text.count("\n", 0, match.start()) + 1, match.group(1), concluded


def linked_from_alerts(root):
    """{id: (path, line)} of the pages that the alert rules lead to."""
    linked = {}
    for path in lint.files(root, {".yaml"}, ("config/alerts",)):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for match in _LINKED.finditer(line):
                linked.setdefault(match.group(1), (path, number))
    return linked


def check(root):
    pages = {path.stem: path for path in sorted((root / "causes").glob("*.md"))}
    linked = linked_from_alerts(root)
    looked_at, first_named = len(pages), {}
    findings = [(path, line, f"the cause {cause} has no page: write causes/{cause}.md")
                for cause, (path, line) in linked.items() if cause not in pages]
    for path in lint.files(root, {".cpp", ".hpp"}, ("diagnosis",)):
        looked_at += 1
        for line, cause, concluded in named_in(path.read_text()):
            if cause in NOT_CAUSES:
                continue
            if cause not in pages and cause not in first_named:
                findings.append((path, line, f"the cause {cause} has no page: write causes/{cause}.md (where it is no "
                                             "cause, list it in NOT_CAUSES of tests/lint/causes.py)"))
            if cause not in first_named or concluded and not first_named[cause][2]:
                first_named[cause] = (path, line, concluded)
    for cause, page in pages.items():
        said = _RECOGNISED.search(page.read_text())
        named = first_named.get(cause)
        if named is None:
            holds = "alert" if cause in linked else "no"
        else:
            holds = "yes" if named[2] else "alternative"
        if not said or said.group(1) != holds:
            place = named or linked.get(cause)
            where = f"{place[0].relative_to(root)}:{place[1]}" if place else "no rule"
            meaning = {"no": "names it", "yes": "finds it", "alternative": "names it as an alternative alone",
                       "alert": "leads to it, and no finding has it"}[holds]
            findings.append((page, 1, f"'- recognised: {holds}' is expected: {where} {meaning}"))
    return looked_at, findings


def tree(rule, **pages):
    made = {f"causes/{name.replace('_', '-')}.md": f"# x\n\n- recognised: {said}\n" for name, said in pages.items()}
    return {"diagnosis/rules_x.cpp": rule, **made}


def with_alert(cause, made):
    link = f"runbook_url: http://localhost:9797/causes/{cause}\n"
    return {"config/alerts/x.yaml": link, **made}


BAD = {
    "a cause without a page": tree('f.cause = "a-down";'),
    "an alternative without a page": tree('f.alternatives = {"a-down", "b-down"};', a_down="alternative"),
    "an alternative with words, without a page": tree('x = {"a-down: it is off"};'),
    "recognised by no rule": tree("int a;", a_down="yes"),
    "an alternative of no rule": tree("int a;", a_down="alternative"),
    "found but not said": tree('f.cause = "a-down";', a_down="no"),
    "found but said to be an alternative": tree('return Kind{"a-down", "is down"};', a_down="alternative"),
    "made in a call": tree('auto f = made("a-down", Stage::ingest);', a_down="alternative"),
    "the last in a call": tree('auto f = made(view, "a-down");', a_down="alternative"),
    "one of two": tree('x = hangs ? "a-hung" : "a-down";', a_hung="yes", a_down="alternative"),
    "an alternative said to be found": tree('f.alternatives.emplace_back("a-down");', a_down="yes"),
    "a single alternative said to be found": tree('return {"a-down"};', a_down="yes"),
    "compared only": tree('if (cause == "a-down") return;', a_down="yes"),
    "in a comment only": tree('// cause = "a-down"', a_down="yes"),
    "nothing said": tree("int a;", a_down="maybe"),
    "an alert leads to no page": with_alert("b-down", tree("int a;")),
    "an alert leads to it, but not said": with_alert("a-down", tree("int a;", a_down="no")),
    "no alert leads to it": with_alert("b-down", tree("int a;", a_down="alert", b_down="alert")),
    "found, and said to be of an alert": with_alert("a-down", tree('f.cause = "a-down";', a_down="alert")),
}
GOOD = {
    "found": tree('f.cause = "a-down";', a_down="yes"),
    "found and an alternative elsewhere": tree('f.cause = "a-down"; x = {"a-down", "b-c"};', a_down="yes",
                                               b_c="alternative"),
    "at the head of a list of other things": tree('return {"a-down", "is down", {"b-c"}};', a_down="yes",
                                                  b_c="alternative"),
    "not named": tree('x = "a_b"; y = "a-B"; z = "/-/ready";', a_down="no"),
    "an alert leads to it": with_alert("a-down", tree("int a;", a_down="alert")),
    "found, and an alert leads to it": with_alert("a-down", tree('f.cause = "a-down";', a_down="yes")),
    "a reason of a backend": tree('Rule{"sample-out-of-order", mimir_order}', a_down="no"),
}

if __name__ == "__main__":
    lint.main(check, BAD, GOOD)
