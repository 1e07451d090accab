"""The manual pages and the completion say what the programs do."""
import json
import re
import tempfile
import unittest

from programs import PROGRAMS, SOURCE, help_of, need, run, run_well

MANUALS = SOURCE / "package/man"
COMPLETION = SOURCE / "package/bash-completion"


def flags_of_help(text):
    """Each flag with its environment variable, or with None."""
    found = re.findall(r"^ +(?:-h,)?(--[a-z.-]+)(?:.*\(Env:([A-Z_]+)\))?", text, re.M)
    return {flag: variable or None for flag, variable in found if flag not in ("--help", "--version")}


def commands_of_help(text):
    return re.findall(r"^  ([a-z][a-z-]*) ", text[text.index("Subcommands:"):], re.M)


def flags_of_page(text):
    """The same of a manual page, which marks what is a flag by the beginning of its paragraph."""
    found = re.findall(r"^\.TP\n\.B[IR]? (--[a-z.-]+)(?:.*\[([A-Z_]+)\])?", text, re.M)
    return {flag: variable or None for flag, variable in found}


def sections(page):
    parts = re.split(r"^\.S[SH] (?:lgtmwatch )?(.*)$", page, flags=re.M)
    return {title.split(" ")[0]: text for title, text in zip(parts[1::2], parts[2::2])}


def read_page(name):
    return (MANUALS / name).read_text().replace("\\-", "-")


def keys_of(schema):
    for key, value in schema.get("properties", {}).items():
        yield key
        yield from keys_of(value)
    for inner in (schema.get("items"), *schema.get("anyOf", []), *schema.get("oneOf", [])):
        if isinstance(inner, dict):
            yield from keys_of(inner)


class ManualPagesTest(unittest.TestCase):
    def test_pages_have_no_warnings(self):
        need("man")
        for page in sorted(MANUALS.iterdir()):
            with self.subTest(page.name):
                said = run_well("sh", "-c", f"LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "
                                            f"'{page}' 2>&1 >/dev/null")
                self.assertEqual(said, "")


class ManualTest(unittest.TestCase):
    def test_every_command_has_its_flags_in_the_manual_and_no_others(self):
        pages = sections(read_page("lgtmwatch.1"))
        commands = commands_of_help(help_of("lgtmwatch"))
        self.assertIn("verify", commands)
        for command in commands:
            with self.subTest(command):
                self.assertIn(command, pages)
                self.assertEqual(flags_of_page(pages[command]), flags_of_help(help_of("lgtmwatch", command)))

    def test_the_sandbox_has_its_flags_in_the_manual(self):
        self.assertEqual(flags_of_page(sections(read_page("lgtmwatch-sandbox.1"))["OPTIONS"]) | {"-h": None},
                         flags_of_help(help_of("lgtmwatch-sandbox")) | {"-h": None})

    def test_every_key_of_the_configuration_is_in_the_manual(self):
        words = set(re.findall(r"[A-Za-z_]+", read_page("lgtmwatch.yaml.5")))
        schema = json.loads(run_well(PROGRAMS["lgtmwatch"], "check-config", "--print-schema"))
        keys = set(keys_of(schema))
        self.assertIn("loki_push", keys)
        self.assertEqual(sorted(keys - words), [])


class CompletionTest(unittest.TestCase):
    def complete(self, *words):
        with tempfile.TemporaryDirectory() as folder:
            program = f"{folder}/lgtmwatch"
            run_well("ln", "-s", PROGRAMS["lgtmwatch"], program)
            script = ('source "$0"; program=$1; shift; COMP_WORDS=("$program" "$@"); COMP_CWORD=$#; '
                      '_lgtmwatch "$program"; printf "%s\\n" "${COMPREPLY[@]}"')
            said, code = run("bash", "-c", script, COMPLETION, program, *words)
            self.assertEqual(code, 0, said)
            return said.split()

    def test_completes_commands(self):
        self.assertEqual(self.complete("ver"), ["verify"])
        self.assertEqual(sorted(self.complete("")), sorted(commands_of_help(help_of("lgtmwatch"))))

    def test_completes_flags_of_the_command(self):
        self.assertEqual(self.complete("run", "--storage"), ["--storage.path"])
        self.assertEqual(self.complete("verify", "--storage"), [])

    def test_completes_values_of_flags(self):
        self.assertEqual(self.complete("verify", "--format", "j"), ["json", "junit"])
        self.assertEqual(self.complete("verify", "--format", "=", "ma"), ["markdown"])

    def test_completes_causes(self):
        self.assertEqual(self.complete("explain", "app-logger"), ["app-logger-not-exported"])
