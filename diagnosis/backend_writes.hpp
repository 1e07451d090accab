// What becomes of writes to a backend that answers, and what its container said last. Pure.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/containers.hpp"
#include "diagnosis/exporters.hpp"

namespace lgtmwatch {

struct BackendWrites {
  bool fail = false;                   // some exporter of Alloy delivers nothing, and its attempts fail
  std::vector<std::string> sentences;  // of those exporters, with their figures
};

BackendWrites backend_writes(const View& view, Component backend);

// The container of a backend; null where Docker is not asked or does not know it.
const Container* container_of(const View& view, const Containers& containers, Component backend);
// A line of its log with the words, as evidence; empty where there is none.
std::string last_words_of(const View& view, Component backend, std::string_view words);

std::vector<std::string> remedy_of_full_disk(Component backend);

}  // namespace lgtmwatch
