#include "probes/alloy/alloy_scraper.hpp"

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_body.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t detail_limit = 8 << 20;  // its labels are repeated for every container
constexpr std::size_t most_tailed = 256;
constexpr std::size_t longest_error = 300;

class AlloyScraperProbe final : public Probe {
 public:
  AlloyScraperProbe(ProbePlan plan, std::string component) : Probe(std::move(plan)), component_(std::move(component)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request("/api/v0/web/components/" + component_);
    request.body_limit = detail_limit;
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto scraper = parse_alloy_scraper(response->body);
    if (!scraper) co_return scraper.error();
    co_return *scraper;
  }

 private:
  std::string component_;
};

bool has_container_id(const boost::json::value& target) {
  const auto* pairs = at(&target, "value");
  const auto* labels = pairs ? pairs->if_array() : nullptr;
  if (!labels) return false;
  for (const auto& label : *labels) {
    const auto* key = at(&label, "key");
    const auto* value = at(&label, "value");
    if (key && key->is_string() && key->get_string() == "__meta_docker_container_id") return !alloy_text(value).empty();
  }
  return false;
}

}  // namespace

TailedTarget tailed_target(const boost::json::value& info) {
  TailedTarget target;
  target.id = alloy_text(alloy_attribute(info, "id"));
  if (target.id.empty()) target.id = alloy_text(alloy_attribute(info, "path"));
  target.last_error = shown_text(alloy_text(alloy_attribute(info, "last_error")), longest_error);
  target.running = alloy_flag(alloy_attribute(info, "is_running"));
  target.read_offset = alloy_text(alloy_attribute(info, "read_offset"));
  return target;
}

Result<AlloyScraper> parse_alloy_scraper(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto* arguments = at(&*document, "arguments");
  const auto* targets = arguments ? alloy_attribute(*arguments, "targets") : nullptr;
  const auto* list = at(targets, "value");
  if (!list || !list->is_array())
    return Error(Phase::content, Reason::mismatch, "the component has no list of targets in its arguments",
                 "name a loki.source.docker or loki.source.file as component of this receiver");
  AlloyScraper scraper;
  for (const auto& target : list->get_array()) {
    ++scraper.targets;
    if (has_container_id(target)) ++scraper.container_ids;
  }
  const auto* debug = at(&*document, "debugInfo");
  if (!debug) return scraper;
  for (const auto* info : alloy_blocks(*debug, "targets_info"))
    if (scraper.tailed.size() < most_tailed) scraper.tailed.push_back(tailed_target(*info));
  return scraper;
}

Probes make_alloy_scrapers(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.kind != ReceiverKind::component || !receiver.component.starts_with("loki.source.")) continue;
      auto plan = plan_for(stack, "alloy_scraper", receiver.name, Component::alloy, alloy);
      plan.about = receiver.component;
      probes.push_back(std::make_unique<AlloyScraperProbe>(std::move(plan), receiver.component));
    }
  }
  return probes;
}

}  // namespace lgtmwatch
