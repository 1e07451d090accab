// The run book as pages: all causes by their stage, and the page of one. Links are relative, so that a prefix before
// the paths does no harm.
#pragma once

#include <string>
#include <string_view>

#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {

std::string cause_list_page(const Catalogue& catalogue);  // at /causes
std::string cause_page(const Cause& cause);               // at /causes/ID
std::string no_cause_page(std::string_view id);           // there too, where the catalogue has no such cause

}  // namespace lgtmwatch
