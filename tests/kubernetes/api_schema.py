"""What Kubernetes' API says of a resource, from the models that Debian's python3-kubernetes makes of its OpenAPI."""
import json
import re

import kubernetes.client

APIS = {"v1": "CoreV1Api", "apps/v1": "AppsV1Api", "networking.k8s.io/v1": "NetworkingV1Api"}
SCALARS = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}


class Answer:
    def __init__(self, document):
        self.data = json.dumps(document)


def faults(document):
    """Lines that each name the place: what is unknown there, of another type, or missing."""
    version, kind = document["apiVersion"], document["kind"]
    if version not in APIS:
        return [f"apiVersion: {version} is not known"]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    api = getattr(kubernetes.client, APIS[version])
    if not (hasattr(api, f"create_{words}") or hasattr(api, f"create_namespaced_{words}")):
        return [f"kind: {version} has no {kind}"]
    return sorted(walk(document, f"V1{kind}", "")) or missing(document, kind)


def missing(document, kind):
    try:
        kubernetes.client.ApiClient().deserialize(Answer(document), f"V1{kind}")
    except ValueError as error:
        return [str(error)]
    return []


def walk(value, kind, place):
    if each := re.fullmatch(r"list\[(.+)\]|dict\(str, (.+)\)", kind):
        if not isinstance(value, list if each[1] else dict):
            return [f"{place}: not a {kind}"]
        items = enumerate(value) if each[1] else value.items()
        return [fault for key, item in items for fault in walk(item, each[1] or each[2], f"{place}[{key}]")]
    if kind in SCALARS:
        fits = isinstance(value, SCALARS[kind]) and not (kind == "int" and isinstance(value, bool))
        return [] if fits else [f"{place}: not a {kind}"]
    model = getattr(kubernetes.client, kind, None)
    if model is None or not isinstance(value, dict):
        return [f"{place}: not a {kind}"]
    types = {name: model.openapi_types[field] for field, name in model.attribute_map.items()}
    return [fault for name, item in value.items()
            for fault in (walk(item, types[name], f"{place}.{name}") if name in types else [f"{place}.{name}: unknown"])]
