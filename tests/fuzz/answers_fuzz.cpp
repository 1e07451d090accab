// Fuzzes everything that parses or judges what a component answered: the first byte chooses the parser, the rest is
// the answer. Bytes may only ever become a value or an error.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/alloy/alloy_scraper.hpp"
#include "probes/alloy/loki_push_receiver.hpp"
#include "probes/answers.hpp"
#include "probes/backend_counters.hpp"
#include "probes/build_info.hpp"
#include "probes/docker/docker_logs.hpp"
#include "probes/grafana/panel_questions.hpp"
#include "probes/loki/loki_labels.hpp"
#include "probes/loki/loki_newest.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/mimir/mimir_newest.hpp"
#include "probes/mimir/mimir_tenant.hpp"
#include "probes/otlp/otlp_http_receiver.hpp"
#include "probes/readiness.hpp"
#include "probes/tempo/tempo_newest.hpp"
#include "probes/tempo/tempo_services.hpp"
#include "tests/probes/response.hpp"

namespace lgtmwatch {
namespace {

void judge_any_status(std::string_view body) {
  if (body.empty()) return;
  constexpr std::array statuses{200, 204, 400, 401, 404, 405, 429, 500, 503};
  const auto status = statuses[static_cast<unsigned char>(body.front()) % statuses.size()];
  const auto answer = response(status, body.substr(1));
  (void)judge_readiness(answer, "fuzz");
  (void)judge_otlp_answer(answer, Signal::logs, "fuzz");
  (void)judge_loki_push(answer, Endpoint(Url::parse("http://fuzz").value()));
  (void)status_error(answer, "fuzz");
}

void read_arguments(std::string_view body) {
  AlloyComponent component;
  read_alloy_arguments(body, component);
}

// A dashboard, and all that its panels would ask.
void read_dashboard(std::string_view body) {
  const auto dashboard = parse_dashboard(body, {});
  if (!dashboard) return;
  for (const auto& panel : dashboard->panels) {
    (void)panel_questions(panel, panel.queries, WallTime());
    (void)panel_questions(panel, panel.wider, WallTime());
  }
}

void count_backend(std::string_view body) {
  const BackendFamilies families{Signal::logs, {"loki_r"}, {"loki_d"}, "tenant", "loki_"};
  (void)parse_backend_counters(body, Component::loki, families, "a");
}

using Parse = void (*)(std::string_view);

constexpr std::array<Parse, 23> parsers{
    [](std::string_view body) { (void)parse_loki_names(body); },
    [](std::string_view body) { (void)count_loki_streams(body); },
    [](std::string_view body) { (void)parse_loki_newest(body); },
    [](std::string_view body) { (void)parse_tempo_services(body); },
    [](std::string_view body) { (void)parse_tempo_newest(body); },
    [](std::string_view body) { (void)parse_string_list(body); },
    [](std::string_view body) { (void)parse_vector(body); },
    [](std::string_view body) { (void)parse_newest_samples(body); },
    [](std::string_view body) { (void)parse_first_series(body); },
    [](std::string_view body) { (void)parse_series_count(body, MimirKind::mimir); },
    [](std::string_view body) { (void)parse_build_info(body); },
    [](std::string_view body) { (void)parse_alloy_metrics(body); },
    [](std::string_view body) { (void)parse_rejected_components(body); },
    [](std::string_view body) { (void)parse_alloy_components(body); },
    [](std::string_view body) { (void)parse_alloy_scraper(body); },
    read_arguments,
    count_backend,
    judge_any_status,
    read_dashboard,
    [](std::string_view body) { (void)parse_dashboards_of_folder(body, "Shop"); },
    [](std::string_view body) { (void)judge_panel(response(200, body), Panel(), false); },
    [](std::string_view body) { (void)parse_docker_container(body); },
    [](std::string_view body) { (void)parse_docker_logs(body, false); },
};

}  // namespace
}  // namespace lgtmwatch

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  lgtmwatch::parsers[data[0] % lgtmwatch::parsers.size()](input.substr(1));
  // What is shown of it is valid UTF-8: showing it again changes nothing.
  const auto shown = lgtmwatch::shown_text(input);
  if (lgtmwatch::shown_text(shown) != shown) __builtin_trap();
  return 0;
}
