"""Faults of a real Tempo: limits set low, another address; and that it is away."""
import live
from application import post, traces_body

TRACE = "5b8efff798038103d269b633813fc60c"


class TempoProcessLive(live.OnStack):
    needs = ("LOKI", "TEMPO", "ALLOY")

    def test_it_is_stopped(self):
        """Which takes it ten seconds, in which it says so."""
        tempo = self.stack.tempo
        self.fault("backend-down", "its process is stopped", tempo.stop, tempo.start, tempo, subject="tempo",
                   beside=("backend-not-ready",))

    def test_it_hangs(self):
        tempo = self.stack.tempo
        self.fault("backend-hung", "SIGSTOP", tempo.freeze, tempo.resume, tempo, subject="tempo")

    def test_its_receivers_listen_on_another_address(self):
        tempo = self.stack.tempo
        self.fault("tempo-otlp-binds-localhost", "its receivers bind to an address that nobody asks (127.0.0.2)",
                   lambda: tempo.restart(otlp="127.0.0.2"), tempo.restart, tempo,
                   beside=("backend-down", "backend-not-ready", "exporter-unreachable-retrying"))


class TempoLimitsLive(live.OnStack):
    needs = ("LOKI", "TEMPO", "ALLOY")

    def limited(self, cause, how, work=None, **limits):
        tempo, application = self.stack.tempo, self.stack.application

        def make():
            tempo.limit(**limits)
            if work:
                application.more.append(work)

        def repair():
            application.usual()
            tempo.limit()
        self.fault(cause, how, make, repair, tempo)

    def send(self, body):
        return post(f"http://127.0.0.1:{self.stack.alloy.port['backend']}/v1/traces", body)

    def test_the_number_of_live_traces(self):
        self.limited("tempo-silent-limit-drop", "max_traces_per_user 1", ingestion={"max_traces_per_user": 1})

    def test_a_trace_that_is_too_large(self):
        self.limited("tempo-silent-limit-drop", "max_bytes_per_trace 5000, and a trace that grows",
                     lambda: self.send(traces_body("shop", 10, TRACE, "x" * 200)),
                     **{"global": {"max_bytes_per_trace": 5000}})

    def test_the_rate_of_a_tenant(self):
        self.limited("tempo-rate-limited", "rate_limit_bytes 3000",
                     lambda: self.send(traces_body("shop", 10, None, "x" * 200)),
                     ingestion={"rate_limit_bytes": 3000, "burst_size_bytes": 3000})
