"""What the daemon tells whoever has started it, by the protocol of sd_notify(3)."""
import signal
import socket

import harness


class ServiceManagerScenario(harness.Scenario):
    def setUp(self):
        super().setUp()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(str(self.folder / "notify"))
        self.manager.settimeout(20)

    def start_managed(self, config):
        return self.start_daemon(config, environment={"NOTIFY_SOCKET": str(self.folder / "notify"),
                                                      "WATCHDOG_USEC": "2000000"})

    def wait_for(self, word):
        """All that is told up to that word."""
        told = [self.manager.recv(4096).decode()]
        while told[-1] != word:
            told.append(self.manager.recv(4096).decode())
        return told

    def test_it_tells_start_reload_and_end_and_feeds_the_watchdog(self):
        daemon = self.start_managed(self.start_sandbox().config)
        self.assertEqual(self.wait_for("READY=1"), ["READY=1"])
        self.wait_for("WATCHDOG=1")
        self.wait_for("WATCHDOG=1")
        daemon.signal(signal.SIGHUP)
        self.wait_for("RELOADING=1")
        self.wait_for("READY=1")
        daemon.signal(signal.SIGTERM)
        self.assertLessEqual(set(self.wait_for("STOPPING=1")), {"WATCHDOG=1", "STOPPING=1"})
        self.assertEqual(daemon.wait(10), 0)
