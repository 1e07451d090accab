#include "sandbox/tempo_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::array kinds{"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER",
                           "SPAN_KIND_CLIENT",      "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(((digit(hex[i]) & 15) << 4) | (digit(hex[i + 1]) & 15));
  return bytes;
}

std::string base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : base64_digits[(word >> (18 - 6 * k)) & 63];
  }
  return out;
}

std::string without_leading_zeros(const std::string& id) {
  const auto first = id.find_first_not_of('0');
  return first == std::string::npos ? "0" : id.substr(first);
}

// Senders choose both times freely, so the difference may be anything.
std::int64_t length(std::int64_t start_ns, std::int64_t end_ns) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(end_ns) - static_cast<std::uint64_t>(start_ns));
}

// A string literal that is not empty and has no escapes.
std::optional<std::string> take_string(std::string_view& text) {
  if (!take(text, "\"")) return std::nullopt;
  const auto end = text.find('"');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string value(text.substr(0, end));
  text.remove_prefix(end + 1);
  return value;
}

json::object any_value(const wire::AttributeValue& value) {
  json::object out;
  if (const auto* text = std::get_if<std::string>(&value)) out["stringValue"] = *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) out["intValue"] = fmt::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) out["doubleValue"] = *real;
  if (const auto* truth = std::get_if<bool>(&value)) out["boolValue"] = *truth;
  return out;
}

json::array attributes(const wire::Attributes& all) {
  json::array out;
  for (const auto& [key, value] : all) {
    json::object one;
    one["key"] = key;
    one["value"] = any_value(value);
    out.emplace_back(std::move(one));
  }
  return out;
}

json::object full_span(const wire::Span& span) {
  json::object out;
  out["traceId"] = base64(bytes_of_hex(span.trace_id));
  out["spanId"] = base64(bytes_of_hex(span.span_id));
  if (!span.parent_span_id.empty()) out["parentSpanId"] = base64(bytes_of_hex(span.parent_span_id));
  out["name"] = span.name;
  out["kind"] = kinds.at(static_cast<std::size_t>(span.kind >= 0 && span.kind < 6 ? span.kind : 0));
  out["startTimeUnixNano"] = fmt::to_string(span.start_ns);
  out["endTimeUnixNano"] = fmt::to_string(span.end_ns);
  if (!span.attributes.empty()) out["attributes"] = attributes(span.attributes);
  out["status"] = json::object();
  return out;
}

const wire::AttributeValue* attribute_of(const wire::Span& span, const std::string& key) {
  for (const auto& [name, value] : span.attributes)
    if (name == key) return &value;
  return nullptr;
}

bool fits(const wire::Span& span, const TraceQuery& query) {
  if (!query.service.empty() && service_of(span) != query.service) return false;
  return std::all_of(query.span_attributes.begin(), query.span_attributes.end(), [&](const auto& wanted) {
    const auto* value = attribute_of(span, wanted.first);
    return value && *value == wire::AttributeValue(wanted.second);
  });
}

json::object span_set(const Trace& trace, const TraceQuery& query) {
  json::array spans;
  for (const auto& span : trace.spans) {
    if (!fits(span, query)) continue;
    wire::Attributes matched;
    matched.emplace_back("service.name", service_of(span));
    for (const auto& [key, value] : query.span_attributes) matched.emplace_back(key, value);
    if (const auto* selected = attribute_of(span, query.selected)) matched.emplace_back(query.selected, *selected);
    json::object one;
    one["spanID"] = span.span_id;
    one["startTimeUnixNano"] = fmt::to_string(span.start_ns);
    one["durationNanos"] = fmt::to_string(length(span.start_ns, span.end_ns));
    one["attributes"] = attributes(matched);
    spans.emplace_back(std::move(one));
  }
  json::object out;
  out["matched"] = spans.size();
  out["spans"] = std::move(spans);
  return out;
}

json::object service_stats(const Trace& trace) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& span : trace.spans) ++counts[service_of(span)];
  json::object out;
  for (const auto& [service, count] : counts) out[service] = json::object{{"spanCount", count}};
  return out;
}

}  // namespace

std::optional<TraceQuery> parse_trace_query(std::string_view text) {
  TraceQuery query;
  const auto compact = without_spaces(text);
  std::string_view rest = compact;
  query.most_recent = take_end(rest, "with(most_recent=true)");
  if (rest == "{}") return query;
  if (const auto at = rest.find("}|select(span."); at != std::string_view::npos) {
    if (!take_end(rest, ")")) return std::nullopt;
    query.selected = rest.substr(rest.find("span.", at) + 5);
    rest = rest.substr(0, at + 1);
  }
  const auto service = take(rest, "{resource.service.name=") ? take_string(rest) : std::nullopt;
  if (!service) return std::nullopt;
  query.service = *service;
  while (take(rest, "&&span.")) {
    const auto key = rest.substr(0, rest.find('='));
    rest.remove_prefix(std::min(key.size() + 1, rest.size()));
    const auto value = take_string(rest);
    if (!value) return std::nullopt;
    query.span_attributes.emplace(key, *value);
  }
  if (rest != "}") return std::nullopt;
  return query;
}

std::optional<TraceQuery> parse_tags_query(std::string_view text) {
  constexpr std::string_view start = "service.name=";
  if (!starts_with(text, start)) return std::nullopt;
  TraceQuery query;
  query.service = text.substr(start.size());
  if (query.service.find_first_of(" =") != std::string::npos) return std::nullopt;
  return query;
}

bool fits(const Trace& trace, const TraceQuery& query) {
  return std::any_of(trace.spans.begin(), trace.spans.end(), [&](const auto& span) { return fits(span, query); });
}

json::object found_trace(const Trace& trace, const TraceQuery& query, bool with_spans) {
  const auto* root = trace.root();
  json::object out;
  out["traceID"] = without_leading_zeros(trace.id);
  out["rootServiceName"] = root ? service_of(*root) : "<root span not yet received>";
  if (root) out["rootTraceName"] = root->name;
  out["startTimeUnixNano"] = fmt::to_string(trace.start_ns());
  const auto duration = length(trace.start_ns(), trace.end_ns()) / 1'000'000;
  if (duration > 0) out["durationMs"] = duration;
  if (!with_spans) return out;
  auto set = span_set(trace, query);
  out["spanSet"] = set;
  out["spanSets"] = json::array();
  out["spanSets"].as_array().emplace_back(std::move(set));
  out["serviceStats"] = service_stats(trace);
  return out;
}

json::array resource_spans(const Trace& trace) {
  json::array out;
  for (const auto& span : trace.spans) {
    json::object scope;
    scope["scope"] = span.scope.empty() ? json::object() : json::object{{"name", span.scope}};
    scope["spans"] = json::array();
    scope["spans"].as_array().emplace_back(full_span(span));
    json::object one;
    one["resource"] = json::object{{"attributes", attributes(span.resource)}};
    one["scopeSpans"] = json::array();
    one["scopeSpans"].as_array().emplace_back(std::move(scope));
    out.emplace_back(std::move(one));
  }
  return out;
}

std::optional<std::string> full_trace_id(std::string_view text) {
  if (text.empty() || text.size() > 32) return std::nullopt;
  std::string id(32 - text.size(), '0');
  for (const char c : text) {
    if (digit(c) < 0) return std::nullopt;
    id += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return id;
}

}  // namespace lgtmwatch::sandbox
