"""Which metrics an expression of PromQL asks for."""
import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|\{|\}|\[[^\]]*\]|\(|\)|[a-zA-Z_:][\w:]*|[^\s]')
_WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool"}
_LABEL_LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}


def metrics_of(expression):
    """Their names. What stands in braces, in brackets or in a list of labels is none, and neither is a function."""
    tokens = _TOKEN.findall(re.sub(r"#.*", "", expression))
    names, position = set(), 0
    while position < len(tokens):
        token, after = tokens[position], tokens[position + 1] if position + 1 < len(tokens) else ""
        if token in _LABEL_LISTS and after == "(":
            position = tokens.index(")", position)
        elif token == "{":
            position = tokens.index("}", position)
        elif re.match(r"[a-zA-Z_:]", token) and after != "(" and token not in _WORDS:
            names.add(token)
        position += 1
    # An aggregation whose labels come first: max by (stack) (…).
    return names - {"max", "min", "sum", "count", "avg", "topk", "bottomk"}


def functions_of(expression):
    """What stands before a parenthesis."""
    tokens = _TOKEN.findall(re.sub(r"#.*", "", expression))
    return {token for token, after in zip(tokens, tokens[1:])
            if re.match(r"[a-zA-Z_:]", token) and after == "(" and token not in _WORDS}
