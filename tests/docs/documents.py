"""The commands in the documents: what stands in their blocks of ```sh, command by command."""
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = (SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", SOURCE / "SECURITY.md",
             *sorted((SOURCE / "docs").rglob("*.md")))


def blocks(text):
    return re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)


def commands(block):
    """Each with the lines that it goes on over, without the comment behind it."""
    found, end = [], None
    for line in block.splitlines():
        if end or (found and found[-1].endswith("\\")):
            found[-1] += "\n" + line
            end = None if line == end else end
            continue
        command = re.sub(r"\s+# .*$", "", line)
        found.append(command)
        document = re.search(r"<<'(\w+)'", command)
        end = document and document[1]
    return found


def commands_of(path):
    return [command for block in blocks(path.read_text()) for command in commands(block)]


def documented(beginning):
    """The only command of all documents that begins so, as one line that needs no sudo."""
    found = {command for path in DOCUMENTS for command in commands_of(path) if command.startswith(beginning)}
    if len(found) != 1:
        raise AssertionError(f"{len(found)} commands of the documents begin with {beginning}")
    return re.sub(r"\bsudo ", "", found.pop().replace("\\\n", ""))
