#include "diagnosis/catalogue.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <sstream>

using namespace lgtmwatch;

namespace {

constexpr std::string_view good_page =
    "# tap-closed\n"
    "\n"
    "- stage: receive\n"
    "- signals: logs, traces\n"
    "- severity: warning\n"
    "- recognised: alternative\n"
    "\n"
    "## What it means\n"
    "The tap on 127.0.0.1 is closed, and has\n"
    "been since 3.7. Nobody drinks.\n"
    "\n"
    "## How it is recognised\n"
    "No drop.\n"
    "\n"
    "## How it is mended\n"
    "Open it.\n"
    "\n"
    "## Its neighbours\n"
    "- tap-stuck: it is open, and\n"
    "  nothing comes.\n"
    "- cup-full: it overflows.\n";

// Those that every version must know, by the stage at which they stand.
constexpr std::pair<Stage, std::string_view> required[] = {
    {Stage::source,
     "source-silent otlp-localhost-in-container otlp-grpc-http-port-mixup otlp-http-path-wrong "
     "otlp-disabled-or-sampled-out otlp-tls-mismatch-source otlp-unsupported-encoding otlp-auth-missing "
     "otlp-batch-too-large-source service-name-missing app-logs-not-on-stdout app-logger-not-exported "
     "delta-temporality source-container-dead"},
    {Stage::network,
     "docker-no-shared-network docker-stale-ip-after-recreate duplicate-network-alias "
     "port-published-loopback-only ipv6-localhost"},
    {Stage::receive,
     "alloy-down-or-crashloop alloy-hung alloy-receiver-not-listening docker-socket-missing-or-denied "
     "docker-api-version-mismatch docker-targets-without-container-id scraper-tails-nothing "
     "docker-container-restart-not-resumed docker-log-driver-unreadable docker-tail-stalled-one-container "
     "file-target-matches-nothing alloy-reload-rejected scrape-target-down healthcheck-tool-missing "
     "healthcheck-too-lenient"},
    {Stage::process,
     "memory-limiter-refusing batch-hides-backpressure filter-drops-everything wired-to-nowhere "
     "relabel-drops-all timestamp-misparsed"},
    {Stage::export_,
     "exporter-unreachable-retrying exporter-queue-full-drop exporter-permanent-reject exporter-wrong-path "
     "exporter-tls-mismatch exporter-auth-or-no-org tenant-mismatch exporter-grpc-message-too-large "
     "loki-write-head-of-line-block rw-wal-watcher-stall"},
    {Stage::ingest,
     "backend-down backend-hung tempo-otlp-binds-localhost tempo-silent-limit-drop tempo-rate-limited "
     "loki-rate-limited loki-per-stream-rate loki-stream-limit loki-structured-metadata-schema "
     "loki-invalid-labels-or-line loki-too-old-or-behind loki-future-entries loki-ingestion-blocked-2xx "
     "loki-flush-failing loki-disk-throttled loki-wal-disk-full-silent wal-replay-or-corrupt "
     "disk-full-any-backend volume-permission-denied ring-unhealthy-after-restart mimir-series-limit "
     "mimir-ingestion-rate mimir-out-of-order-or-duplicate"},
    {Stage::query,
     "tempo-search-broken-by-id-works loki-too-many-outstanding query-limits-or-timeout "
     "mimir-old-blocks-unqueryable"},
    {Stage::visualize,
     "grafana-ds-wrong-url grafana-ds-uid-changed grafana-ds-tenant-missing grafana-ds-green-but-empty "
     "dashboard-metric-renamed grafana-down-or-db"},
    {Stage::alert,
     "rule-on-absent-metric ruler-rules-not-loaded ruler-cannot-reach-alertmanager "
     "alertmanager-not-configured watchdog-alert-missing notification-failing silence-or-inhibition-left"},
    {Stage::watch,
     "watcher-tenant-missing watcher-docker-socket-lost watcher-not-on-network "
     "watcher-metrics-not-in-mimir clock-skew alloy-metrics-500 alloy-http-only-loopback metric-name-drift "
     "watcher-stuck watcher-late watcher-reload-refused watcher-shards-incomplete watcher-discovery-failing "
     "watcher-cannot-notify watcher-storage-failing"},
};

constexpr std::string_view look_alikes =
    "app-idle docker-positions-reset-reread docker-silent-container-resend tempo-search-lag "
    "readiness-false-alarm counter-reset tail-sampling-delay rolling-restart quiet-night "
    "reload-without-change";

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream words{std::string(text)};
  return {std::istream_iterator<std::string>(words), {}};
}

std::string replaced(std::string_view part, std::string_view by) {
  std::string page(good_page);
  return page.replace(page.find(part), part.size(), by);
}

std::string fault_of(const std::string& page) {
  const auto cause = parse_cause({"tap-closed.md", page});
  return cause ? "" : cause.error().what;
}

}  // namespace

TEST_CASE("A page is read into a cause") {
  const auto cause = parse_cause({"tap-closed.md", good_page}).value();
  CHECK(cause.id == "tap-closed");
  CHECK(cause.stage == Stage::receive);
  CHECK(cause.signals == std::vector{Signal::logs, Signal::traces});
  CHECK(cause.severity == Severity::warning);
  CHECK(cause.is_fault());
  CHECK(cause.recognised == Recognised::alternative);
  CHECK(cause.summary == "The tap on 127.0.0.1 is closed, and has been since 3.7.");
  CHECK(cause.neighbours == std::vector<std::string>{"tap-stuck", "cup-full"});
  CHECK(cause.page == good_page);
}

TEST_CASE("A cause without severity looks like a fault and is none") {
  CHECK_FALSE(parse_cause({"tap-closed.md", replaced("severity: warning", "severity: none")}).value().is_fault());
}

TEST_CASE("A page that is not complete says what is wrong with it") {
  CHECK(fault_of("") == "tap-closed.md: its first line is no title");
  CHECK(fault_of(replaced("# tap-closed", "# tap-open")) == "tap-closed.md: its title is tap-open");
  CHECK(fault_of(replaced("stage: receive", "stage: kitchen")) == "tap-closed.md: 'kitchen' is no stage");
  CHECK(fault_of(replaced("logs, traces", "logs,traces")) == "tap-closed.md: 'logs,traces' is no signals");
  CHECK(fault_of(replaced("severity: warning", "severity: bad")) == "tap-closed.md: 'bad' is no severity");
  CHECK(fault_of(replaced("alternative", "maybe")) == "tap-closed.md: 'maybe' is no recognised");
  CHECK(fault_of(replaced("- signals: logs, traces\n- severity: warning", "- severity: warning\n- signals: logs")) ==
        "tap-closed.md: '- severity: warning' stands where '- signals: …' is expected");
  CHECK(fault_of(replaced("\n- severity: warning", "")).find("its head is not") != std::string::npos);
  CHECK(fault_of(replaced("\n## How it is mended\nOpen it.\n", "")) == "tap-closed.md: it has 3 sections instead of 4");
  CHECK(fault_of(replaced("How it is mended", "How to mend it")) ==
        "tap-closed.md: 'How to mend it' stands where 'How it is mended' is expected");
  CHECK(fault_of(replaced("Open it.\n", "")) == "tap-closed.md: 'How it is mended' is empty");
  CHECK(fault_of(replaced("- cup-full: it", "Cups: it")) ==
        "tap-closed.md: 'Cups: it overflows.' is no neighbour: '- ID: what decides' is expected");
}

TEST_CASE("A catalogue finds a cause by its id, and lists all in the order of the path") {
  const auto source = replaced("# tap-closed\n\n- stage: receive", "# cup-full\n\n- stage: source");
  const EmbeddedFile pages[] = {{"tap-closed.md", good_page}, {"cup-full.md", source}};
  const Catalogue catalogue(pages);
  REQUIRE(catalogue.causes().size() == 2);
  CHECK(catalogue.causes().front().id == "cup-full");
  CHECK(catalogue.find("tap-closed")->stage == Stage::receive);
  CHECK(catalogue.find("tap") == nullptr);
}

TEST_CASE("Every page of the program is complete") {
  CHECK(cause_pages().size() > 50);
  for (const auto& page : cause_pages()) {
    const auto cause = parse_cause(page);
    INFO((cause ? std::string(page.name) : cause.error().what));
    CHECK(cause.has_value());
  }
}

TEST_CASE("The causes that the program must know have a page at their stage") {
  const Catalogue catalogue(cause_pages());
  for (const auto& [stage, ids] : required) {
    for (const auto& id : words_of(ids)) {
      INFO(id);
      REQUIRE(catalogue.find(id));
      CHECK(catalogue.find(id)->stage == stage);
      CHECK(catalogue.find(id)->is_fault());
    }
  }
}

TEST_CASE("What looks like a fault and is none has a page without severity") {
  const Catalogue catalogue(cause_pages());
  std::set<std::string> harmless;
  for (const auto& cause : catalogue.causes())
    if (!cause.is_fault()) harmless.insert(cause.id);
  const auto ids = words_of(look_alikes);
  CHECK(harmless == std::set(ids.begin(), ids.end()));
}

TEST_CASE("Every neighbour of a cause has a page, and is not the cause itself") {
  const Catalogue catalogue(cause_pages());
  for (const auto& cause : catalogue.causes()) {
    for (const auto& neighbour : cause.neighbours) {
      INFO(cause.id << " -> " << neighbour);
      CHECK(catalogue.find(neighbour) != nullptr);
      CHECK(neighbour != cause.id);
    }
    CHECK(std::set(cause.neighbours.begin(), cause.neighbours.end()).size() == cause.neighbours.size());
  }
}

TEST_CASE("The first sentence of a cause fits on the line of a list") {
  const Catalogue catalogue(cause_pages());
  for (const auto& cause : catalogue.causes()) {
    INFO(cause.id << ": " << cause.summary);
    CHECK(cause.summary.size() <= 150);
    CHECK(cause.summary.back() == '.');
  }
}
