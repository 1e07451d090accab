// A backend that is there, and does not answer what it is asked: the stage query.
#pragma once

#include <optional>
#include <string>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

struct QueryFault {
  std::string cause;  // of the catalogue
  const RunRecord* run = nullptr;
};

// The first run among the questions to a backend that failed although it was answered or waited for; null where none
// did.
const RunRecord* failed_question(const View& view, Component backend);

// Why it answers with an error, where the answer says so. Nothing while it is silent, in doubt or coming back.
std::optional<QueryFault> query_fault(const View& view, Component backend);

}  // namespace lgtmwatch
