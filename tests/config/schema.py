#!/usr/bin/env python3
"""config/lgtmwatch.schema.json, read by a validator that is not ours, takes what is right and refuses what is wrong."""
import json
import pathlib
import sys

import jsonschema
import yaml

GOOD = ["config/lgtmwatch.yaml", "config/kubernetes/lgtmwatch.yaml", "tests/config/good/contract.yaml"]
BAD = ["alloy-is-not-a-list", "durations", "grafana", "list-items-of-wrong-type", "maintenance", "mimir-kind", "no-stacks", "proxies",
       "proxy-auth", "receiver-kinds", "defaults", "stacks-from", "source-metrics-as-list", "stack-without-name", "stacks-is-a-mapping",
       "tempo-otlp", "tls", "unknown-keys", "keys-within-parts", "wrong-types", "addresses",
       "grpc-endpoints", "docker-socket", "misspelt-secrets-are-not-shown"]


def main(root):
    schema = json.loads((root / "config/lgtmwatch.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)  # raises where it is none
    validator = jsonschema.Draft7Validator(schema)

    def errors(path):
        # Scalars stay as they are written, as lgtmwatch reads them.
        document = yaml.load((root / path).read_text(), Loader=yaml.BaseLoader)
        return [f"{path}: {list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(document)]

    complaints = [error for path in GOOD for error in errors(path)]
    bad = [f"tests/config/bad/{name}.yaml" for name in BAD]
    complaints += [f"{path} is taken" for path in bad if not errors(path)]
    print("\n".join(complaints) or f"{len(GOOD)} taken, {len(BAD)} refused")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
