// The recorded answers of a real Alloy and a real Grafana (tests/recordings), as init reads them.
#pragma once

#include <string>

#include "daemon/init/read_alloy.hpp"
#include "daemon/init/read_datasources.hpp"

namespace lgtmwatch {

// Throws where the recording has no answer to it: a test without its recording must fail.
std::string recorded_body(const std::string& recording, const std::string& path);

// Everything that init asks of the Alloy of the healthy pipeline.
AlloyAnswers recorded_alloy();
// What init makes of it, where it was asked at http://HOST:12345.
FoundAlloy alloy_at(const std::string& host);

std::vector<ListedDatasource> recorded_datasources();

}  // namespace lgtmwatch
