#include <fmt/format.h>

#include <algorithm>

#include "daemon/config/defaults.hpp"
#include "daemon/config/finalize.hpp"

namespace lgtmwatch {
namespace {

// As a string of LogQL, PromQL and TraceQL.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string log_selector(const SourceSettings& source, const ReceiverSettings* receiver) {
  const auto& name = source.name->value;
  if (receiver && receiver->kind == ReceiverKind::component)
    return fmt::format("{{container={}}}", quoted(value_or(source.container, name)));
  if (receiver && receiver->kind == ReceiverKind::file)
    return fmt::format("{{filename={}}}", quoted(receiver->file->value));
  // Loki gives scraped lines the service_name of their container; so those are excluded here.
  return fmt::format("{{service_name={},container=\"\",filename=\"\"}}", quoted(name));
}

std::string default_selector(const SourceSettings& source, const WaySettings& way, const ReceiverSettings* receiver) {
  switch (way.signal) {
    case Signal::metrics: return fmt::format("{{job={}}}", quoted(source.name->value));
    case Signal::traces: return fmt::format("{{resource.service.name={}}}", quoted(source.name->value));
    case Signal::logs: break;
  }
  return log_selector(source, receiver);
}

std::string path_of(const SourceSettings& source, const WaySettings& way) {
  const auto ways = std::count_if(source.ways.begin(), source.ways.end(),
                                  [&](const WaySettings& each) { return each.signal == way.signal; });
  if (ways == 1) return source.name->value;
  return fmt::format("{}@{}", source.name->value, way.receiver->value);
}

Expectation make_expectation(const StackSettings& stack, const SourceSettings& source, const WaySettings& way) {
  Expectation expectation;
  expectation.source = source.name->value;
  expectation.container = value_or(source.container, std::string());
  expectation.signal = way.signal;
  expectation.receiver = value_or(way.receiver, std::string());
  expectation.path = path_of(source, way);
  const auto* receiver = way.receiver ? find_receiver(stack, way.receiver->value) : nullptr;
  expectation.selector = way.selector ? way.selector->value : default_selector(source, way, receiver);
  expectation.max_age = max_age_of(way);
  expectation.expect = expect_of(way);
  return expectation;
}

}  // namespace

std::vector<Expectation> finalize_expectations(const StackSettings& stack) {
  std::vector<Expectation> expectations;
  for (const auto& source : stack.sources) {
    for (const auto& way : source.ways) expectations.push_back(make_expectation(stack, source, way));
  }
  return expectations;
}

}  // namespace lgtmwatch
