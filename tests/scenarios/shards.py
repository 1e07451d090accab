"""Many stacks, spread over several daemons that share one configuration: each is watched exactly once."""
import json
import re

import harness

STACKS = 200


def stacks_of(metrics):
    return {labels["stack"] for labels in metrics.labels_of("lgtmwatch_stack_state")}


class ShardsScenario(harness.Scenario):
    def setUp(self):
        super().setUp()
        sandbox = self.start_sandbox()
        loki = re.search(r"loki: .*?url: \"?(http://[^\s,}\"]+)", sandbox.config.read_text(), re.S).group(1)
        stacks = [{"name": f"stack-{number}", "loki": {"url": loki}} for number in range(STACKS)]
        self.config = self.write("many.yaml", json.dumps({"defaults": {"interval": "10m"}, "stacks": stacks}))
        self.names = {stack["name"] for stack in stacks}

    def start_shard(self, index, count, by_environment):
        name = f"shard-{index}-of-{count}"
        if not by_environment:
            return self.start_daemon(self.config, f"--shard.index={index}", f"--shard.count={count}", name=name)
        pod = {"LGTMWATCH_SHARD_INDEX": f"lgtmwatch-{index}", "LGTMWATCH_SHARD_COUNT": str(count)}
        return self.start_daemon(self.config, name=name, environment=pod)

    def watched_by(self, count, by_environment=False):
        """What each of so many shards watches, once each of its stacks was asked."""
        daemons = [self.start_shard(index, count, by_environment) for index in range(count)]
        found = []
        for index, daemon in enumerate(daemons):
            daemon.wait_until_it_answers("/-/ready")
            metrics = daemon.wait_for_metrics(
                lambda now: len(now.all("lgtmwatch_component_ready")) == len(stacks_of(now)),
                what="every stack of the shard was asked")
            self.assertEqual(metrics.all("lgtmwatch_shard_ordinal", shard_ordinal=str(index)), [index])
            self.assertEqual(metrics.one("lgtmwatch_total_shards"), count)
            found.append(stacks_of(metrics))
        return found

    def assert_each_is_watched_once(self, shards):
        self.assertEqual(sum(map(len, shards)), STACKS, "none is watched twice")
        self.assertEqual(set().union(*shards), self.names, "none is left out")

    def test_three_shards_watch_each_stack_once_and_a_fourth_moves_none_but_to_itself(self):
        three = self.watched_by(3)
        self.assert_each_is_watched_once(three)
        self.assertTrue(all(40 < len(shard) < 95 for shard in three), list(map(len, three)))
        four = self.watched_by(4, by_environment=True)
        self.assert_each_is_watched_once(four)
        for before, after in zip(three, four):
            self.assertLessEqual(after, before, "no stack comes to a shard that was there before")
        self.assertTrue(25 < len(four[3]) < 75, len(four[3]))


class EmptyShardScenario(harness.Scenario):
    def test_a_shard_without_stacks_is_ready(self):
        config = self.write("one.yaml", "stacks: [ { name: shop, loki: { url: 'http://127.0.0.1:1' } } ]\n")
        daemon = self.start_daemon(config, "--shard.index=0", "--shard.count=2")  # shop is in the other
        daemon.wait_until_it_answers("/-/ready")
        self.assertEqual(stacks_of(daemon.metrics()), set())
        self.assertIn('stacks=0 shard="0 of 2"', daemon.text())


class WrongShardScenario(harness.Scenario):
    def test_a_shard_that_cannot_be_is_a_usage_error(self):
        config = self.write("one.yaml", "stacks: [ { name: shop, loki: { url: 'http://127.0.0.1:1' } } ]\n")
        for flags, error in ((["--shard.index=3", "--shard.count=3"], "--shard.index: there is no shard 3 of 3"),
                             (["--shard.index=1"], "--shard.index: there is no shard 1 of 1"),
                             (["--shard.index=x", "--shard.count=3"], "--shard.index: 'x' is neither a number"),
                             (["--shard.count=0"], "--shard.count: '0' is no number of shards")):
            with self.subTest(flags):
                done = self.lgtmwatch("run", f"--config.file={config}", *flags)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr.startswith(f"error: {error}"), done.stderr)
                self.assertIn("\nhint: ", done.stderr)
