"""docs/extending.md by its word: its files and changes are made in a copy of the tree, which is then built and tested as
it says at its end. The copy shares what ccache has of everything that the example does not touch."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import changes
from documents import SOURCE, commands_of

DOCUMENT = SOURCE / "docs/extending.md"
NAME = str(DOCUMENT.relative_to(SOURCE))
BUILD = pathlib.Path(os.environ["LGTMWATCH_BUILD_DIR"])
CAUSE = "alloy-component-unhealthy"
DOCUMENTED_BUILD = "build/dev"  # as the commands of the document call it
KEPT = ("CMAKE_BUILD_TYPE", "CMAKE_CXX_COMPILER", "CMAKE_CXX_COMPILER_LAUNCHER", "CMAKE_CXX_FLAGS",
        "CMAKE_CXX_FLAGS_DEBUG", "CMAKE_CXX_FLAGS_RELWITHDEBINFO", "CMAKE_EXE_LINKER_FLAGS", "LGTMWATCH_ASAN",
        "LGTMWATCH_TSAN")


def settings_of_the_build():
    cache = (BUILD / "CMakeCache.txt").read_text()
    found = dict(re.findall(r"^(\w+):\w+=(.*)$", cache, re.M))
    return {name: found[name] for name in KEPT if name in found}


def copy_of_the_tree(to):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                            stdout=subprocess.PIPE, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (SOURCE / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, to / name)


class ExampleOfTheDocumentTest(unittest.TestCase):
    def setUp(self):
        self.settings = settings_of_the_build()
        if "ccache" not in self.settings.get("CMAKE_CXX_COMPILER_LAUNCHER", ""):
            self.skipTest("SKIPPED: without ccache all of the program would be compiled once more")
        folder = tempfile.TemporaryDirectory(prefix="lgtmwatch-example-")
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name)
        # As deep below the tree as the build whose results ccache has.
        self.build = BUILD.relative_to(SOURCE) if BUILD.is_relative_to(SOURCE) else pathlib.Path("build/copy")
        self.environment = {**os.environ, "CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}

    def test_what_the_document_adds_is_built_and_found(self):
        copy_of_the_tree(self.tree)
        changed = changes.apply_all(NAME, DOCUMENT.read_text(), self.tree)
        self.run_command(["clang-format-16", "--dry-run", "-Werror",
                          *(path for path in changed if path.endswith((".cpp", ".hpp")))])
        self.run_command(["cmake", "-G", "Ninja", "-S", ".", "-B", self.build,
                          *(f"-D{name}={value}" for name, value in self.settings.items())])
        for command in commands_of(DOCUMENT):
            self.play(command)
        self.check_that_nothing_is_found_without_the_fault()

    def play(self, command):
        if command.startswith("./scripts/build dev "):
            targets = command.split()[2:]
            jobs = os.environ.get("JOBS", str(os.cpu_count()))
            self.run_command(["cmake", "--build", self.build, "--parallel", jobs, "--target", *targets])
            return
        said = self.run_command(["bash", "-ec", command.replace(DOCUMENTED_BUILD, str(self.build))])
        if "--table" in command:
            self.assertIn(f"| {CAUSE} | 1 | 1 | 0 | – | – |", said)
        if "ctest" in command:
            self.assertRegex(said, r"100% tests passed, 0 tests failed out of \d{3}")

    def check_that_nothing_is_found_without_the_fault(self):
        without = self.tree / "without-the-fault.yaml"
        without.write_text("story: Nothing happens.\nlooks_like: true\nlength: 5m\n")
        self.run_command([self.build / "tests/corpus/lgtmwatch-corpus", "--findings", without])
        with_it = self.tree / "with-the-fault.yaml"
        with_it.write_text(f"story: It is no look-alike.\nfaults: [{CAUSE}]\nlooks_like: true\nlength: 5m\n")
        said = self.run_command([self.build / "tests/corpus/lgtmwatch-corpus", with_it], expected=1)
        self.assertIn(CAUSE, said)

    def run_command(self, command, expected=0):
        done = subprocess.run(command, cwd=self.tree, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        self.assertEqual(done.returncode, expected, f"{command}:\n{done.stdout[-8000:]}")
        return done.stdout


class ChangesOfADocumentTest(unittest.TestCase):
    """A document that does not fit the tree any more says which block does not, and why."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "list.txt").write_text("one\n  two\nthree\n| `four` | 4 |\nfive\nfive\n")

    def apply(self, *places, fence="```"):
        text = "".join(f"Words.\n\n{place}\n\n{fence}\nnew\n```\n\n" for place in places)
        return changes.apply_all("page.md", text, self.root)

    def refused(self, *places, **how):
        with self.assertRaises(changes.Mismatch) as refusal:
            self.apply(*places, **how)
        return str(refusal.exception)

    def test_files_are_made_and_lines_are_added_where_it_says(self):
        made = self.apply("**`a/b.txt`**, new:", "**`list.txt`**, after the line `two`:",
                          "**`list.txt`**, before the line that begins with ``| `four` |``:")
        self.assertEqual(made, ["a/b.txt", "list.txt"])
        self.assertEqual((self.root / "a/b.txt").read_text(), "new\n")
        self.assertEqual((self.root / "list.txt").read_text(),
                         "one\n  two\nnew\nthree\nnew\n| `four` | 4 |\nfive\nfive\n")

    def test_a_line_is_replaced_where_it_says(self):
        self.apply("**`list.txt`**, instead of the line `two`:")
        self.assertTrue((self.root / "list.txt").read_text().startswith("one\nnew\nthree\n"))

    def test_a_change_can_build_upon_the_one_before(self):
        self.apply("**`list.txt`**, after the line `one`:", "**`list.txt`**, before the line `new`:")
        self.assertTrue((self.root / "list.txt").read_text().startswith("one\nnew\nnew\n"))

    def test_a_line_that_is_not_there_once_is_named(self):
        self.assertEqual(self.refused("**`list.txt`**, after the line `six`:"),
                         "page.md:3: list.txt: the line 'six' is there 0 times, not once")
        self.assertEqual(self.refused("**`list.txt`**, before the line `five`:"),
                         "page.md:3: list.txt: the line 'five' is there 2 times, not once")
        self.assertEqual(self.refused("**`list.txt`**, after the line that begins with `t`:"),
                         "page.md:3: list.txt: the line that begins with 't' is there 2 times, not once")

    def test_files_are_there_or_not_as_it_says(self):
        self.assertEqual(self.refused("**`list.txt`**, new:"),
                         "page.md:3: list.txt: it is there already, and the document calls it new")
        self.assertEqual(self.refused("**`none.txt`**, after the line `one`:"),
                         "page.md:3: none.txt: there is no such file")
        self.assertEqual(self.refused("**`../none.txt`**, new:"), "page.md:3: ../none.txt is outside of the tree")

    def test_a_place_that_is_written_otherwise_is_not_passed_over(self):
        self.assertEqual(self.refused("**`list.txt`**, behind the line `one`:"),
                         "page.md:3: this place is not understood: **`list.txt`**, behind the line `one`:")
        self.assertEqual(self.refused("In `list.txt` behind `one`:"),
                         "page.md:5: of this block nothing says where it belongs")
        self.assertEqual(self.refused("**`a.txt`**, new:\n\nWords."), "page.md:3: no block follows it")
        self.assertEqual(self.refused("**`a.txt`**, new:", "**`b.txt`**, new:", fence="Words."),
                         "page.md:3: no block follows it")
        with self.assertRaisesRegex(changes.Mismatch, "page.md: it ends within a block, or before one"):
            changes.changes("page.md", "**`a.txt`**, new:\n\n```\nnew\n")

    def test_commands_are_no_changes(self):
        self.assertEqual(self.apply("Then:", fence="```sh"), [])


if __name__ == "__main__":
    unittest.main()
