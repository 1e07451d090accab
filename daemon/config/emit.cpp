#include "daemon/config/emit.hpp"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

namespace lgtmwatch {

std::string doubled_dollars(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '$' ? std::string("$$") : std::string(1, c);
  return result;
}

void put(YAML::Emitter& out, const char* key, std::string_view value) {
  out << YAML::Key << key << YAML::Value << doubled_dollars(value);
}

void put_unless_empty(YAML::Emitter& out, const char* key, const std::string& value) {
  if (!value.empty()) put(out, key, value);
}

void put_flag(YAML::Emitter& out, const char* key, bool value) { out << YAML::Key << key << YAML::Value << value; }

void put_signals(YAML::Emitter& out, const std::vector<Signal>& signals) {
  out << YAML::Key << "signals" << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const auto signal : signals) out << std::string(to_string(signal));
  out << YAML::EndSeq;
}

}  // namespace lgtmwatch
