#include "sandbox/tempo_query.hpp"

#include <fmt/format.h>

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

json::object span_set(const Trace& trace, const std::string& service) {
  json::array spans;
  for (const auto& span : trace.spans) {
    if (!service.empty() && service_of(span) != service) continue;
    wire::Attributes matched;
    matched.emplace_back("service.name", service_of(span));
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
  constexpr std::string_view start = "{resource.service.name=\"";
  constexpr std::string_view newest = "with(most_recent=true)";
  TraceQuery query;
  const auto compact = without_spaces(text);
  std::string_view rest = compact;
  query.most_recent = rest.size() >= newest.size() && rest.substr(rest.size() - newest.size()) == newest;
  if (query.most_recent) rest.remove_suffix(newest.size());
  if (rest == "{}") return query;
  if (!starts_with(rest, start) || rest.size() < start.size() + 3) return std::nullopt;
  rest.remove_prefix(start.size());
  if (rest.substr(rest.size() - 2) != "\"}") return std::nullopt;
  query.service = rest.substr(0, rest.size() - 2);
  if (query.service.find('"') != std::string::npos) return std::nullopt;
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

json::object found_trace(const Trace& trace, const std::string& service, bool with_spans) {
  const auto* root = trace.root();
  json::object out;
  out["traceID"] = without_leading_zeros(trace.id);
  out["rootServiceName"] = root ? service_of(*root) : "<root span not yet received>";
  if (root) out["rootTraceName"] = root->name;
  out["startTimeUnixNano"] = fmt::to_string(trace.start_ns());
  const auto duration = length(trace.start_ns(), trace.end_ns()) / 1'000'000;
  if (duration > 0) out["durationMs"] = duration;
  if (!with_spans) return out;
  auto set = span_set(trace, service);
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
