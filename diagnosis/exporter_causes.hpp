// What the trouble of one of Alloy's exporters means: the cause, and how it is mended. Pure.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/exporters.hpp"

namespace lgtmwatch {

struct ExporterCause {
  std::string cause;
  std::string summary;  // "Alloy 'gateway' …"
  std::string remedy;
  std::vector<std::string> alternatives = {};
  Stage stage = Stage::export_;
  std::string subject = {};                // empty: that Alloy
  std::vector<std::string> evidence = {};  // beside the exporter's own figures
};

ExporterCause exporter_cause(const View& view, const Pipeline& pipeline, const ExporterTrouble& trouble);

}  // namespace lgtmwatch
