// Table: the result of a corpus as Markdown, one line a cause and one a look-alike.
#pragma once

#include <string>
#include <vector>

#include "tests/corpus/judgement.hpp"

namespace lgtmwatch::corpus {

struct Played {
  Scenario scenario;
  Judgement judgement;
};

std::string table_of(const std::vector<Played>& all);

}  // namespace lgtmwatch::corpus
