#include "daemon/status/finding_json.hpp"

#include <boost/json/array.hpp>

namespace lgtmwatch {

namespace json = boost::json;

json::string word(std::string_view text) { return json::string(text.data(), text.size()); }

json::array texts(const std::vector<std::string>& lines) {
  json::array array;
  for (const auto& line : lines) array.push_back(word(line));
  return array;
}

json::object finding_json(const Finding& finding) {
  const auto signal = finding.signal();
  json::array signals;
  for (const auto each : finding.signals) signals.push_back(word(to_string(each)));
  return {{"id", word(finding.id())},
          {"cause", word(finding.cause)},
          {"subject", word(finding.subject)},
          {"stage", word(to_string(finding.stage))},
          {"signal", word(signal ? to_string(*signal) : "")},
          {"signals", std::move(signals)},
          {"path", word(finding.path)},
          {"severity", word(to_string(finding.severity))},
          {"state", word(to_string(finding.state))},
          {"since", word(format_rfc3339(finding.since))},
          {"summary", word(finding.summary)},
          {"evidence", texts(finding.evidence)},
          {"remedy", texts(finding.remedy)},
          {"alternatives", texts(finding.alternatives)},
          {"consequences", texts(finding.consequences)}};
}

}  // namespace lgtmwatch
