// Whom lgtmwatch cannot ask although something answers there: a finding of its own view.
#pragma once

#include <string>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// As a sentence and as the configuration call it.
struct Asked {
  std::string name;      // "Loki", "Alloy 'gateway'"
  std::string subject;   // of the finding
  std::string settings;  // "loki", "this alloy"
  const Endpoint& endpoint;
};

// At the stage watch, unknown, of severity warning; without signals and evidence.
Finding watch_finding(std::string cause, std::string subject);

// The finding that the error of a question means: no tenant, no credentials, a proxy that fails, or a stranger.
Finding unreadable(const Asked& asked, const Error& error);

}  // namespace lgtmwatch
