// Parts of the sandbox's Tempo that have no state: the known forms of TraceQL, and the bodies of its answers.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/trace_store.hpp"

namespace lgtmwatch::sandbox {

// {resource.service.name="x" [&& span.KEY="y"]…} [| select(span.KEY)] [with (most_recent=true)], or {} for any service.
struct TraceQuery {
  std::string service;
  std::map<std::string, std::string> span_attributes;
  std::string selected;  // an attribute that the spans in the answer carry
  bool most_recent = false;
};
std::optional<TraceQuery> parse_trace_query(std::string_view text);
// service.name=x, as the older parameter `tags` has it.
std::optional<TraceQuery> parse_tags_query(std::string_view text);

// An entry of a search result; with spans where the search was TraceQL.
boost::json::object found_trace(const Trace& trace, const TraceQuery& query, bool with_spans);
// The trace has a span that the query asks for.
bool fits(const Trace& trace, const TraceQuery& query);

// {"resource":…,"scopeSpans":…} of each span, ids in base64.
boost::json::array resource_spans(const Trace& trace);

// 32 hex digits of a possibly shorter id; nothing where it is not hex.
std::optional<std::string> full_trace_id(std::string_view text);

}  // namespace lgtmwatch::sandbox
