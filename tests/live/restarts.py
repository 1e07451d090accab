"""A rolling restart of everything: there may be findings while it lasts, and none after it."""
import time

import live
from live import harness

UP_AGAIN = 120  # seconds that a server may take until it is ready


class RollingRestartLive(live.OnStack):
    def test_nothing_is_left_of_it(self):
        begin = time.monotonic()
        for component in self.stack.components:
            component.restart()
            component.wait_until_ready()
            self.wait_until_healthy(UP_AGAIN + live.TO_CLEAR)
            print(f"RESTARTED {component.name}: {self.causes_since(begin)}", flush=True)
            begin = time.monotonic()
        self.watched.end()
        self.stack.daemon.end()
        self.stack.watch()
        type(self).watched = live.Timeline(self.stack.daemon)
        self.wait_until_healthy(live.TO_CLEAR)
        settled = time.monotonic()
        harness.wait_until(lambda: time.monotonic() > settled + live.TO_CLEAR, live.TO_CLEAR + 30)
        self.assertEqual(self.tell(self.watched.since(settled)), [])

    def causes_since(self, begin):
        return sorted({cause for cause, _ in self.watched.since(begin)})
