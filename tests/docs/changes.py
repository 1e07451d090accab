"""The changes that a document makes to the tree: a line that says where, and the block behind it.

**`PATH`**, new:
**`PATH`**, after the line `TEXT`:                  or before it, or instead of it; its indentation does not count
**`PATH`**, after the line that begins with `TEXT`:

Every block belongs to such a line, but those of ```sh. Whatever does not fit is a Mismatch, which says where and why."""
import dataclasses
import re

_PLACE = re.compile(r"^\*\*`(?P<path>[^`]+)`\*\*, (?:(?P<new>new)|(?P<side>after|before|instead of) the line"
                    r"(?P<begins> that begins with)? (?P<ticks>`+)(?P<text>.+?)(?P=ticks)):$")
_LIKE_A_PLACE = re.compile(r"^\*\*`")
_FENCE = re.compile(r"^```")


class Mismatch(Exception):
    pass


@dataclasses.dataclass
class Change:
    where: str  # "docs/extending.md:40: probes/registry.cpp"
    path: str
    block: str
    side: str = ""  # none: the file is new
    anchor: str = ""
    begins: bool = False

    def apply(self, root):
        path = root / self.path
        if not path.resolve().is_relative_to(root.resolve()):
            raise Mismatch(f"{self.where} is outside of the tree")
        if not self.side:
            return self._create(path)
        if not path.is_file():
            raise Mismatch(f"{self.where}: there is no such file")
        lines = path.read_text().splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if self._fits(line.strip())]
        if len(found) != 1:
            beginning = " that begins with" if self.begins else ""
            raise Mismatch(f"{self.where}: the line{beginning} {self.anchor!r} is there {len(found)} times, not once")
        begin, end = found[0] + (self.side == "after"), found[0] + (self.side != "before")
        path.write_text("".join(lines[:begin] + [self.block] + lines[end:]))
        return None

    def _create(self, path):
        if path.exists():
            raise Mismatch(f"{self.where}: it is there already, and the document calls it new")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.block)

    def _fits(self, line):
        return line.startswith(self.anchor) if self.begins else line == self.anchor


def _change(name, number, match, block):
    return Change(f"{name}:{number}: {match['path']}", match["path"], block, match["side"] or "",
                  (match["text"] or "").strip(), bool(match["begins"]))


def changes(name, text):
    """Those of the document of that name, in their order."""
    found, place, block = [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        if block is not None and line != "```":
            block.append(line + "\n")
        elif block is not None:
            if place:
                found.append(_change(name, *place, "".join(block)))
            place = block = None
        elif _FENCE.match(line):
            if not place and line != "```sh":
                raise Mismatch(f"{name}:{number}: of this block nothing says where it belongs")
            block = []
        elif place and line:
            raise Mismatch(f"{name}:{place[0]}: no block follows it")
        elif _LIKE_A_PLACE.match(line):
            match = _PLACE.match(line)
            if not match:
                raise Mismatch(f"{name}:{number}: this place is not understood: {line}")
            place = number, match
    if block is not None or place:
        raise Mismatch(f"{name}: it ends within a block, or before one")
    return found


def apply_all(name, text, root):
    """Makes the changes; the paths, each once."""
    made = changes(name, text)
    for change in made:
        change.apply(root)
    return list(dict.fromkeys(change.path for change in made))
