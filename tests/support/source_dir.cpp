#include "tests/support/source_dir.hpp"

namespace lgtmwatch {

std::string source_dir() { return LGTMWATCH_SOURCE_DIR; }

}  // namespace lgtmwatch
