#include "probes/alloy/alloy_targets.hpp"

#include "probes/alloy/alloy_body.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::string_view relabel = "discovery.relabel.";
constexpr std::string_view scrape = "prometheus.scrape.";
constexpr std::size_t most_targets = 1024;

std::optional<std::size_t> size_of_list(const json::value* body, std::string_view name) {
  const auto* attribute = body ? alloy_attribute(*body, name) : nullptr;
  const auto* list = at(attribute, "value");
  return list && list->is_array() ? std::optional(list->get_array().size()) : std::nullopt;
}

// The label of a map in the API's own form: a list of {"key", "value"}.
std::string label_in(const json::value* labels, std::string_view name) {
  const auto* pairs = at(labels, "value");
  if (!pairs || !pairs->is_array()) return {};
  for (const auto& pair : pairs->get_array()) {
    const auto* key = at(&pair, "key");
    if (key && key->is_string() && std::string_view(key->get_string().data(), key->get_string().size()) == name)
      return alloy_text(at(&pair, "value"));
  }
  return {};
}

ScrapeTarget scrape_target(const json::value& target) {
  ScrapeTarget found;
  const auto url = without_credentials(alloy_text(alloy_attribute(target, "url")));
  found.url = url.substr(0, url.find('?'));
  found.job = label_in(alloy_attribute(target, "labels"), "job");
  found.health = alloy_text(alloy_attribute(target, "health"));
  found.last_error = alloy_text(alloy_attribute(target, "last_error"));
  return found;
}

}  // namespace

bool has_targets(std::string_view id) { return id.starts_with(relabel) || id.starts_with(scrape); }

void read_alloy_targets(const json::value& component, AlloyComponent& into) {
  if (into.id.starts_with(relabel)) {
    into.targets_in = size_of_list(at(&component, "arguments"), "targets");
    into.targets_out = size_of_list(at(&component, "exports"), "output");
  }
  const auto* debug = into.id.starts_with(scrape) ? at(&component, "debugInfo") : nullptr;
  if (!debug) return;
  for (const auto* target : alloy_blocks(*debug, "target"))
    if (into.scraped.size() < most_targets) into.scraped.push_back(scrape_target(*target));
}

std::string without_credentials(std::string url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto at = url.rfind('@', url.find('/', begin));
  if (at != std::string::npos && at >= begin) url.erase(begin, at + 1 - begin);
  return url;
}

}  // namespace lgtmwatch
