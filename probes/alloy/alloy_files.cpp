#include "probes/alloy/alloy_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/base/file_pattern.hpp"
#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_body.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_scraper.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

constexpr auto fastest = std::chrono::seconds(60);
constexpr std::size_t answer_limit = 8 << 20;
constexpr std::size_t most_asked = 64;
constexpr std::size_t most_given = 4096;
constexpr std::size_t most_tailed = 256;
constexpr std::size_t most_shown = 4;
constexpr std::string_view source_prefix = "loki.source.file.";
constexpr std::string_view match_prefix = "local.file_match.";

bool is_source(const std::string& id) { return id.starts_with(source_prefix); }
bool is_match(const std::string& id) { return id.starts_with(match_prefix); }

std::string path_of(const boost::json::value& target) {
  const auto* pairs = at(&target, "value");
  const auto* labels = pairs ? pairs->if_array() : nullptr;
  if (!labels) return {};
  for (const auto& label : *labels) {
    const auto* key = at(&label, "key");
    if (key && key->is_string() && key->get_string() == "__path__") return alloy_text(at(&label, "value"));
  }
  return {};
}

bool has_modules(std::string_view list) { return list.find("\"createdModuleIDs\"") != std::string_view::npos; }

class AlloyFilesProbe final : public Probe {
 public:
  AlloyFilesProbe(ProbePlan plan, std::string file) : Probe(std::move(plan)), file_(std::move(file)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto list = co_await ask(asker, "");
    if (!list) co_return list.error();
    const auto found = parse_alloy_components(*list);
    if (!found) co_return found.error();
    bool sees_all = !has_modules(*list);
    std::vector<FileComponent> components;
    for (const auto& each : found->components) {
      if (!is_source(each.id) && !is_match(each.id)) continue;
      if (components.size() >= most_asked) {
        sees_all = false;
        break;
      }
      auto detail = co_await ask(asker, "/" + each.id);
      if (!detail) co_return detail.error();
      auto component = parse_file_component(each.id, *detail);
      if (!component) co_return component.error();
      components.push_back(std::move(*component));
    }
    auto scraper = scraper_of_file(file_, components, found->graph);
    if (scraper.read_by.empty() && !sees_all) co_return not_found();
    co_return scraper;
  }

 private:
  static boost::asio::awaitable<Result<std::string>> ask(Asker& asker, std::string component) {
    HttpRequest request("/api/v0/web/components" + component);
    request.body_limit = answer_limit;
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    co_return std::move(response->body);
  }

  Error not_found() const {
    return {Phase::content, Reason::mismatch,
            fmt::format("no loki.source.file that Alloy lists reads {}, but it has more than it lists", file_),
            "components of modules cannot be asked; name this receiver by its component, or leave it out"};
  }

  std::string file_;
};

bool leads_to(const std::vector<GraphEdge>& graph, const std::string& from, const std::string& to) {
  std::vector<std::string> reached{from};
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (const auto& edge : graph)
      if (edge.from == reached[i] && std::find(reached.begin(), reached.end(), edge.to) == reached.end())
        reached.push_back(edge.to);
  return std::find(reached.begin(), reached.end(), to) != reached.end();
}

// What a source is given, and the patterns of what finds files for it.
std::vector<std::string> all_given(const FileComponent& source, const std::vector<FileComponent>& components,
                                   const std::vector<GraphEdge>& graph) {
  std::vector<std::string> patterns;
  for (const auto& match : components)
    if (is_match(match.id) && leads_to(graph, match.id, source.id))
      patterns.insert(patterns.end(), match.given.begin(), match.given.end());
  // Paths that came from a pattern are not named twice.
  for (const auto& path : source.given)
    if (std::none_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fits_file_pattern(pattern, path); }))
      patterns.push_back(path);
  return patterns;
}

std::string reads(const FileComponent& source, std::vector<std::string> given) {
  if (given.empty()) return fmt::format("{} reads nothing", source.id);
  const auto more = given.size() > most_shown ? fmt::format(" and {} more", given.size() - most_shown) : std::string();
  given.resize(std::min(given.size(), most_shown));
  return fmt::format("{} reads {}{}", source.id, fmt::join(given, ", "), more);
}

template <class Predicate>
void add_files(AlloyScraper& scraper, const FileComponent& source, Predicate is_it) {
  std::size_t tailed = 0;
  for (const auto& target : source.tailed) {
    if (!is_it(target.id)) continue;
    ++tailed;
    if (scraper.tailed.size() < most_tailed) scraper.tailed.push_back(target);
  }
  const auto found = std::count_if(source.given.begin(), source.given.end(), is_it);
  scraper.targets += source.finds_files ? tailed : static_cast<std::size_t>(found);
}

}  // namespace

Result<FileComponent> parse_file_component(std::string id, std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto* arguments = at(&*document, "arguments");
  const auto* targets = arguments ? alloy_attribute(*arguments, is_match(id) ? "path_targets" : "targets") : nullptr;
  const auto* list = at(targets, "value");
  if (!list || !list->is_array())
    return Error(Phase::content, Reason::mismatch, fmt::format("{} has no list of targets in its arguments", id));
  FileComponent component;
  component.id = std::move(id);
  component.finds_files = is_match(component.id);
  for (const auto* block : alloy_blocks(*arguments, "file_match"))
    component.finds_files = alloy_flag(alloy_attribute(*block, "enabled"));
  for (const auto& target : list->get_array())
    if (auto path = path_of(target); !path.empty() && component.given.size() < most_given)
      component.given.push_back(std::move(path));
  const auto* debug = at(&*document, "debugInfo");
  if (!debug) return component;
  for (const auto* info : alloy_blocks(*debug, "targets_info")) component.tailed.push_back(tailed_target(*info));
  return component;
}

AlloyScraper scraper_of_file(const std::string& file, const std::vector<FileComponent>& components,
                             const std::vector<GraphEdge>& graph) {
  AlloyScraper scraper;
  const auto is_it = [&](const std::string& path) { return name_same_file(file, path); };
  for (const auto& source : components) {
    if (!is_source(source.id)) continue;
    const auto given = all_given(source, components, graph);
    if (std::none_of(given.begin(), given.end(), is_it)) {
      if (scraper.instead.size() < most_shown) scraper.instead.push_back(reads(source, given));
      continue;
    }
    scraper.read_by.push_back(source.id);
    const auto belongs = [&](const std::string& path) { return path == file || fits_file_pattern(file, path); };
    scraper.reads_others = scraper.reads_others || !std::all_of(given.begin(), given.end(), belongs);
    add_files(scraper, source, is_it);
  }
  if (!scraper.read_by.empty()) scraper.instead.clear();
  return scraper;
}

Probes make_alloy_files(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.kind != ReceiverKind::file) continue;
      auto plan = plan_for(stack, "alloy_scraper", receiver.name, Component::alloy, alloy);
      plan.about = receiver.file;
      if (plan.interval < fastest) plan.interval = fastest;
      probes.push_back(std::make_unique<AlloyFilesProbe>(std::move(plan), receiver.file));
    }
  }
  return probes;
}

}  // namespace lgtmwatch
