// The parts of the configuration that this version accepts and checks, but that have no effect yet.
//
// Each leaves one warning at its place. What a later version supports moves to read_stack or read_settings.
#pragma once

#include "daemon/config/settings.hpp"
#include "daemon/config/yaml_reader.hpp"

namespace lgtmwatch {

void read_stacks_from(const YamlValue& value);

}  // namespace lgtmwatch
