// Windows of maintenance: what they come to in the plan of each stack.
#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

const std::string two_stacks = R"(stacks:
  - { name: shop, loki: { url: http://loki:3100 } }
  - { name: blog, loki: { url: http://loki:3100 } }
)";
constexpr WallTime one_o_clock{1796086800s};  // 2026-12-01T01:00:00Z

LoadedConfig load(const std::string& maintenance, std::optional<WallTime> now = std::nullopt) {
  const FakeEnvironment outside;
  auto environment = outside.get();
  if (now) environment.now = [now] { return *now; };
  return load_config(two_stacks + "maintenance: " + maintenance, "lgtmwatch.yaml", environment);
}

Maintenance of_stack(const LoadedConfig& loaded, const std::string& name) {
  REQUIRE(loaded.plan);
  for (const auto& stack : loaded.plan->stacks)
    if (stack.name == name) return stack.maintenance;
  return {};
}

TEST_CASE("A window holds for the stacks and signals that it names, and for all where it names none") {
  const auto loaded = load(R"([
    { stacks: [shop], signals: [traces, logs], start: 2026-12-01T01:00:00Z, end: 2026-12-01T02:00:00Z, canaries: pause },
    { stacks: [], start: 2026-12-01T02:00:00+01:00, end: 2026-12-01T01:00:10.9Z } ])");
  const MaintenanceWindow named{{Signal::logs, Signal::traces}, one_o_clock, one_o_clock + 1h, true};
  const MaintenanceWindow of_all{
      {Signal::metrics, Signal::logs, Signal::traces}, one_o_clock, one_o_clock + 10s, false};
  CHECK(of_stack(loaded, "shop") == Maintenance{named, of_all});
  CHECK(of_stack(loaded, "blog") == Maintenance{of_all});
  CHECK(loaded.diagnostics.empty());
}

TEST_CASE("Without windows there is no maintenance") {
  CHECK(of_stack(load("[]"), "shop").empty());
  CHECK(load("[]").effective.find("maintenance") == std::string::npos);
}

TEST_CASE("The effective configuration says each window in full, and once for the stacks that share it") {
  const auto loaded = load(R"([
    { stacks: [blog], start: 2026-12-01T01:00:00Z, end: 2026-12-01T02:00:00Z, canaries: pause },
    { signals: [logs], start: "${START:-2026-12-01T02:00:00+01:00}", end: 2026-12-01T02:00:00Z } ])");
  CHECK(loaded.effective.substr(loaded.effective.find("maintenance:")) == R"(maintenance:
  - stacks: [shop, blog]
    signals: [logs]
    start: 2026-12-01T01:00:00Z
    end: 2026-12-01T02:00:00Z
    canaries: write
  - stacks: [blog]
    signals: [metrics, logs, traces]
    start: 2026-12-01T01:00:00Z
    end: 2026-12-01T02:00:00Z
    canaries: pause
)");
  const auto again = load_config(loaded.effective, "effective.yaml", FakeEnvironment().get());
  REQUIRE(again.plan);
  CHECK(again.effective == loaded.effective);
}

TEST_CASE("A window that is over is a warning, so that a slip in its date is seen") {
  const auto window = "[ { start: 2026-12-01T00:00:00Z, end: 2026-12-01T01:00:00Z } ]";
  CHECK(load(window, one_o_clock - 1s).diagnostics.empty());
  CHECK(load(window).diagnostics.empty());
  const auto over = load(window, one_o_clock);
  REQUIRE(over.plan);
  REQUIRE(over.diagnostics.size() == 1);
  CHECK(over.diagnostics.front().severity == Diagnostic::Severity::warning);
  CHECK(over.diagnostics.front().path == "maintenance[0].end");
  CHECK(over.diagnostics.front().message == "the window has been over since 2026-12-01T01:00:00Z, so it has no effect");
}

}  // namespace
}  // namespace lgtmwatch
