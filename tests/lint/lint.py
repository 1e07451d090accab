"""What the lints of this directory share: finding files, blanking comments and strings, reporting, self-tests.

Each lint is a program: `LINT.py ROOT` checks the tree and prints `file:line: message` for each finding;
`LINT.py --self-test` feeds it snippets that must and must not be found. Looking at no file at all is a failure.
"""
import pathlib
import re
import sys
import tempfile

ROOMS = ("daemon", "probes", "diagnosis", "wire", "sandbox", "bench", "tests")

_TOKEN = re.compile(
    r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    r"|//[^\n]*|/\*.*?\*/", re.S)


def blank(text):
    """C++ without comments and without what is inside of literals; line numbers stay."""
    def replace(match):
        lines = "\n" * match.group().count("\n")
        return lines + " " if match.group().startswith("/") else '""' + lines
    return _TOKEN.sub(replace, text)


def without_comments(text):
    """C++ with its literals and without comments; line numbers stay."""
    def replace(match):
        return " " + "\n" * match.group().count("\n") if match.group().startswith("/") else match.group()
    return _TOKEN.sub(replace, text)


def files(root, suffixes, rooms=ROOMS):
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and path.suffix in suffixes and "recordings" not in path.parts:
                yield path


def main(check, bad, good):
    """check(root) returns (files looked at, [(path, line, message)]); bad and good are {name: {path: text}}."""
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(_self_test(check, bad, good))
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} ROOT | --self-test")
    root = pathlib.Path(sys.argv[1]).resolve()
    looked_at, findings = check(root)
    for path, line, message in findings:
        print(f"{path.relative_to(root)}:{line}: {message}")
    if looked_at == 0:
        print(f"{root}:0: no file was looked at")
    print(f"{pathlib.Path(sys.argv[0]).name}: {looked_at} files, {len(findings)} findings")
    sys.exit(1 if findings or looked_at == 0 else 0)


def _self_test(check, bad, good):
    failed = 0
    for expected, cases in ((True, bad), (False, good)):
        for name, tree in cases.items():
            with tempfile.TemporaryDirectory() as directory:
                root = pathlib.Path(directory).resolve()
                for path, text in tree.items():
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).write_text(text)
                looked_at, findings = check(root)
                if bool(findings) != expected or looked_at == 0:
                    failed += 1
                    print(f"self-test: {name}: expected {'a finding' if expected else 'none'}, got "
                          f"{[(line, message) for _, line, message in findings]} in {looked_at} files")
    with tempfile.TemporaryDirectory() as directory:
        if check(pathlib.Path(directory).resolve()) != (0, []):
            failed += 1
            print("self-test: an empty tree must give no files")
    print(f"self-test: {len(bad)} bad and {len(good)} good snippets, {failed} wrong")
    return 1 if failed or not bad or not good else 0
