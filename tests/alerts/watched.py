"""What the scenarios of this folder share: lgtmwatch on the stand-in stack, with canaries, somebody to tell, and a place where
further stacks are looked for."""
from canaries import WithCanaries
from notify import Hook

BESIDE = """
stacks_from: {{ file_sd: [ {{ files: [stacks.d/*.json] }} ] }}
notify:
  webhooks: [ {{ name: phone, url: {hook}/phone }} ]
  heartbeat: {{ url: {hook}/ping, interval: 10s }}
"""


class Watched(WithCanaries):
    """Has no test of its own."""

    def watch(self, *faults):
        self.sandbox = self.start_with_canaries("{ interval: 5s }", *faults)
        self.sandbox.set_pace("2s", "2s")
        with open(self.sandbox.config, "a", encoding="utf-8") as file:
            file.write(BESIDE.format(hook=self.start(Hook).url))
        (self.sandbox.config.parent / "stacks.d").mkdir()
        self.daemon = self.start_daemon(self.sandbox.config)
        return self.daemon
