#!/usr/bin/env python3
"""docs/configuration-keys.md names every key of the configuration, as config/lgtmwatch.schema.json has them.

usage: keys.py ROOT            compares; fails where the page is not what the schema gives
       keys.py ROOT --update   writes it anew
"""
import difflib
import json
import pathlib
import sys

HEAD = """# Every key of the configuration

Made from [config/lgtmwatch.schema.json](../config/lgtmwatch.schema.json), which is made from what reads the configuration, by
`tests/config/keys.py . --update`; a test compares. What the keys mean, and their defaults, is in
[configuration.md](configuration.md). `[]` stands for each item of a list, `*` for a name of your choice. Every value may be
`${NAME}`, of the environment. Of a receiver the keys of one [kind](configuration.md#alloy) stand together.

"""
CLIENT = ("auth", "headers", "proxy_auth", "proxy_url", "tenant", "timeout", "tls")
BY_PATTERN = {
    "^(0|": "duration",
    "^http://.": "`http://HOST:PORT`",
    "^(https?://.|unix:///.)": "URL",
    "^(https?://.|unix:///.|tcp://": "URL, also `tcp://HOST:PORT`",
    "^(https?://.|unix:///.|[^/]+:": "`HOST:PORT`, or a URL",
    "^https?://.": "URL of a page",
    "^[0-9]{4}-": "time (RFC 3339)",
    "^(true|false)$": "`true`, `false`",
}


def word_of(schema):
    """What a value without keys of its own may be; nothing for a bare variable."""
    pattern = schema.get("pattern", "")
    if pattern == "\\$\\{":
        return None
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    fitting = [begin for begin in BY_PATTERN if pattern.startswith(begin)]
    return BY_PATTERN[max(fitting, key=len)] if fitting else "text"


def choices_in(schema):
    return schema.get("anyOf") or schema.get("oneOf") or []


def value_of(schema):
    if "items" in schema:
        return f"list of {value_of(schema['items'])}"
    if "properties" in schema:
        return "mapping"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"names with {value_of(schema['additionalProperties'])}"
    if choices_in(schema):
        words = dict.fromkeys(value_of(choice) for choice in choices_in(schema))
        return ", or ".join(word for word in words if word)
    return word_of(schema)


def is_endpoint(properties):
    return {"auth", "headers", "tls"} <= properties.keys()


def takes_client_settings(schema):
    inner = [*choices_in(schema), *([schema["items"]] if "items" in schema else [])]
    return is_endpoint(schema.get("properties", {})) or any(takes_client_settings(each) for each in inner)


def needed_in(schema):
    """The keys that must be there, and those of which one must."""
    needed = {key: "needed" for key in schema.get("required", [])}
    for part in schema.get("allOf", []):
        keys = [key for choice in part.get("anyOf", []) for key in choice["required"]]
        needed |= {key: "or " + ", ".join(f"`{other}`" for other in keys if other != key) for key in keys}
    return needed


def all_kinds_of(schema):
    """One mapping with the keys of all kinds that a mapping may be of; needed is what each of them needs."""
    kinds = [choice for choice in choices_in(schema) if "properties" in choice]
    properties = {}
    for kind in kinds:
        for key, value in kind["properties"].items():
            properties[key] = {"anyOf": [properties[key], value]} if key in properties and properties[key] != value else value
    needed = set.intersection(*(set(kind.get("required", [])) for kind in kinds))
    return {"properties": properties, "required": sorted(needed)}


def rows_below(path, schema):
    """(key, value, whether it is needed) of all that is below a schema; the client settings are left out."""
    if sum("properties" in choice for choice in choices_in(schema)) > 1:
        schema = all_kinds_of(schema)
    for choice in choices_in(schema):
        yield from rows_below(path, choice)
    if "items" in schema:
        yield from rows_below(path + "[]", schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from rows_below(path + ".*", schema["additionalProperties"])
    properties = schema.get("properties", {})
    needed = needed_in(schema)
    for key, value in properties.items():
        if is_endpoint(properties) and key in CLIENT:
            continue
        name = f"{path}.{key}" if path else key
        yield name, value_of(value) + (" and client settings" if takes_client_settings(value) else ""), needed.get(key, "")
        yield from rows_below(name, value)


def table(rows):
    lines = ["| key | value | |", "| --- | --- | --- |"]
    for key, value, needed in dict.fromkeys(rows):
        lines.append(f"| `{key}` | {value} | {needed} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def page_of(schema):
    text = HEAD
    for key, value in schema["properties"].items():
        rows = [(key, value_of(value), ""), *rows_below(key, value)]
        text += f"## `{key}`\n\n{table(rows)}\n"
    endpoint = schema["properties"]["stacks"]["items"]["properties"]["loki"]["properties"]
    rows = []
    for key in CLIENT:
        rows += [(key, value_of(endpoint[key]), ""), *rows_below(key, endpoint[key])]
    return text + f"## Client settings\n\nOf everything that is asked over the network.\n\n{table(rows)}"


def main(root, update):
    page = root / "docs/configuration-keys.md"
    wanted = page_of(json.loads((root / "config/lgtmwatch.schema.json").read_text()))
    if update:
        page.write_text(wanted)
        return 0
    found = page.read_text() if page.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(found.splitlines(True), wanted.splitlines(True), str(page), "the schema"))
    print(f"{wanted.count(chr(10) + '| `')} keys")
    return 0 if found == wanted else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), "--update" in sys.argv[2:]))
