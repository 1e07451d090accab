"""config/kubernetes: that its parts fit together and to lgtmwatch, and that kustomize builds it.

After a change of the alert rules: `python3 manifests.py --update` makes prometheusrule.yaml anew.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

import api_schema

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
FOLDER = SOURCE_DIR / "config/kubernetes"
RULES = SOURCE_DIR / "config/alerts/lgtmwatch.yaml"
NAME = {"app.kubernetes.io/name": "lgtmwatch"}
HEADER = """# config/alerts/lgtmwatch.yaml as the operator of Prometheus takes it; made by tests/kubernetes/manifests.py --update.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: lgtmwatch
  labels: { app.kubernetes.io/name: lgtmwatch }
spec:
"""


def prometheus_rule():
    rules = RULES.read_text()
    lines = rules[rules.index("groups:\n"):].splitlines()
    return HEADER + "".join(f"  {line}".rstrip() + "\n" for line in lines)


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def resources():
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    return {document["kind"]: document for name in listed for document in documents(FOLDER / name)}


class ManifestsTest(unittest.TestCase):
    def setUp(self):
        self.resources = resources()
        self.stateful_set = self.resources["StatefulSet"]["spec"]
        self.pod = self.stateful_set["template"]["spec"]
        self.container = self.pod["containers"][0]
        self.environment = {each["name"]: each for each in self.container["env"]}

    def test_every_file_is_a_resource_or_the_configuration(self):
        kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
        named = set(kustomization["resources"]) | set(kustomization["configMapGenerator"][0]["files"])
        self.assertEqual({file.name for file in FOLDER.iterdir()} - {"kustomization.yaml"}, named)

    def test_every_pod_is_a_shard_of_as_many_as_there_are(self):
        self.assertEqual(self.environment["LGTMWATCH_SHARD_COUNT"]["value"], str(self.stateful_set["replicas"]))
        self.assertEqual(self.environment["LGTMWATCH_SHARD_INDEX"]["valueFrom"]["fieldRef"]["fieldPath"],
                         "metadata.name")

    def test_selectors_and_ports_fit_together(self):
        self.assertEqual(self.stateful_set["template"]["metadata"]["labels"], NAME)
        service = self.resources["Service"]
        for selector in (self.stateful_set["selector"]["matchLabels"], service["spec"]["selector"],
                         service["metadata"]["labels"], self.resources["ServiceMonitor"]["spec"]["selector"]["matchLabels"],
                         self.resources["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
            self.assertEqual(selector, NAME)
        self.assertEqual(self.stateful_set["serviceName"], service["metadata"]["name"])
        self.assertEqual(self.container["ports"], [{"name": "http", "containerPort": 9797}])
        self.assertEqual(service["spec"]["ports"], [{"name": "http", "port": 9797, "targetPort": "http"}])
        self.assertEqual(self.resources["ServiceMonitor"]["spec"]["endpoints"][0]["port"], "http")
        self.assertEqual(self.resources["NetworkPolicy"]["spec"]["ingress"][0]["ports"][0]["port"], 9797)

    def test_every_volume_is_there_and_mounted(self):
        volumes = {each["name"] for each in self.pod["volumes"]}
        claimed = {each["metadata"]["name"] for each in self.stateful_set["volumeClaimTemplates"]}
        self.assertEqual({each["name"] for each in self.container["volumeMounts"]}, volumes | claimed)
        maps = {each["configMap"]["name"] for each in self.pod["volumes"] if "configMap" in each}
        self.assertEqual(maps, {"lgtmwatch-config", self.resources["ConfigMap"]["metadata"]["name"]})

    def test_it_runs_as_the_image_does_and_with_nothing_more(self):
        dockerfile = (SOURCE_DIR / "docker/Dockerfile").read_text()
        user = self.pod["securityContext"]
        self.assertIn(f"USER {user['runAsUser']}:{user['runAsGroup']}\n", dockerfile)
        mounts = {each["name"]: each["mountPath"] for each in self.container["volumeMounts"]}
        self.assertIn(f"LGTMWATCH_CONFIG_FILE={mounts['config']}", dockerfile)
        self.assertIn(f"LGTMWATCH_STORAGE_PATH={mounts['storage']}\n", dockerfile)
        self.assertTrue(user["runAsNonRoot"])
        self.assertEqual(self.container["securityContext"],
                         {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                          "capabilities": {"drop": ["ALL"]}})
        self.assertFalse(self.pod["automountServiceAccountToken"])

    def test_its_rules_are_those_of_the_file(self):
        self.assertEqual((FOLDER / "prometheusrule.yaml").read_text(), prometheus_rule())
        self.assertEqual(self.resources["PrometheusRule"]["spec"], yaml.safe_load(RULES.read_text()))


class ApiSchemaTest(unittest.TestCase):
    CUSTOM = {"ServiceMonitor", "PrometheusRule"}  # of the operator of Prometheus, which is no part of the API

    def test_every_resource_is_as_the_api_says(self):
        for kind, document in resources().items():
            if kind not in self.CUSTOM:
                with self.subTest(kind):
                    self.assertEqual(api_schema.faults(document), [])

    def test_what_the_api_does_not_take_is_found(self):
        for place, value, fault in (("replicas", "three", ".spec.replicas: not a int"),
                                    ("replica", 3, ".spec.replica: unknown"),
                                    ("selector", None, "Invalid value for `selector`, must not be `None`")):
            with self.subTest(place):
                document = resources()["StatefulSet"]
                document["spec"].pop(place, None)
                if value is not None:
                    document["spec"][place] = value
                self.assertEqual(api_schema.faults(document), [fault])
        self.assertEqual(api_schema.faults({"apiVersion": "v1", "kind": "StatefulSet"}), ["kind: v1 has no StatefulSet"])


class KubernetesConfigurationTest(unittest.TestCase):
    def test_lgtmwatch_takes_the_configuration_with_its_stacks(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            shutil.copy(FOLDER / "lgtmwatch.yaml", folder)
            (folder / "stacks.d").mkdir()
            for name, text in documents(FOLDER / "stacks.yaml")[0]["data"].items():
                json.loads(text)
                (folder / "stacks.d" / name).write_text(text)
            done = subprocess.run([os.environ["LGTMWATCH_BINARY"], "check-config", folder / "lgtmwatch.yaml"],
                                  capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.endswith("# found by stacks_from in files:\n#   local\n"), done.stdout)


class KustomizeTest(unittest.TestCase):
    def test_kustomize_builds_it(self):
        kubectl = shutil.which("kubectl")
        if kubectl is None:
            print("SKIPPED: kubectl is not on PATH; Debian's kubernetes-client has it")
            self.skipTest("no kubectl")
        done = subprocess.run([kubectl, "kustomize", FOLDER], capture_output=True, text=True, timeout=100, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        built = [document for document in yaml.safe_load_all(done.stdout) if document]
        self.assertEqual(sorted(each["kind"] for each in built),
                         ["ConfigMap", "ConfigMap", "Namespace", "NetworkPolicy", "PrometheusRule", "Service",
                          "ServiceAccount", "ServiceMonitor", "StatefulSet"])
        for each in built:
            if each["kind"] != "Namespace":
                self.assertEqual(each["metadata"]["namespace"], "lgtmwatch")
        by_kind = {each["kind"]: each for each in built}
        mounted = {each["configMap"]["name"] for each in by_kind["StatefulSet"]["spec"]["template"]["spec"]["volumes"]
                   if "configMap" in each}
        self.assertEqual(mounted, {each["metadata"]["name"] for each in built if each["kind"] == "ConfigMap"})
        self.assertEqual(by_kind["PrometheusRule"]["spec"], yaml.safe_load(RULES.read_text()))


if __name__ == "__main__":
    if "--update" not in sys.argv:
        unittest.main()
    (FOLDER / "prometheusrule.yaml").write_text(prometheus_rule())
