#include "sandbox/answers.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <set>

#include "sandbox/data.hpp"

namespace lgtmwatch::sandbox {
namespace {

// The key of the figures that the line begins with, if any. Keys do not begin with one another.
Figures::const_iterator figure_of(std::string_view line, const Figures& figures) {
  auto candidate = figures.upper_bound(std::string(line));
  if (candidate == figures.begin()) return figures.end();
  --candidate;
  return starts_with(line, candidate->first) ? candidate : figures.end();
}

}  // namespace

ServerResponse text(int status, std::string body) { return {status, text_utf8, std::move(body)}; }

ServerResponse json(const boost::json::value& body, const char* content_type) {
  return {200, content_type, boost::json::serialize(body)};
}

ServerResponse page_not_found() { return text(404, "404 page not found\n"); }

ServerResponse no_org_id() { return text(401, "no org id\n"); }

ServerResponse recorded(std::string_view name, const char* content_type) {
  return {200, content_type, std::string(data(name))};
}

std::string overlay(std::string_view metrics, const Figures& figures) {
  std::string out;
  std::set<std::string_view> used;
  while (!metrics.empty()) {
    const auto line = metrics.substr(0, metrics.find('\n'));
    metrics.remove_prefix(std::min(line.size() + 1, metrics.size()));
    const auto figure = figure_of(line, figures);
    const auto series = line.substr(0, line.rfind(' '));
    if (figure == figures.end()) {
      out.append(line).append("\n");
      continue;
    }
    used.insert(figure->first);
    if (!std::isnan(figure->second)) out += fmt::format("{} {}\n", series, figure->second);
  }
  for (const auto& [line, value] : figures)
    if (used.count(line) == 0 && !std::isnan(value)) out += fmt::format("{} {}\n", line, value);
  return out;
}

std::int64_t unix_ns(WallTime time) { return time.time_since_epoch().count(); }

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ') out += c;
  return out;
}

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool take(std::string_view& text, std::string_view start) {
  if (!starts_with(text, start)) return false;
  text.remove_prefix(start.size());
  return true;
}

bool take_end(std::string_view& text, std::string_view end) {
  if (text.size() < end.size() || text.substr(text.size() - end.size()) != end) return false;
  text.remove_suffix(end.size());
  return true;
}

}  // namespace lgtmwatch::sandbox
