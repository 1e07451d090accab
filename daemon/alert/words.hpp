// The sentences that people read of an alert, whoever carries them.
#pragma once

#include <string>
#include <vector>

#include "daemon/alert/desk.hpp"

namespace lgtmwatch {

// "home: Loki refuses every push over the tenant's limit"
std::string headline(const Alert& alert);

// The summary, what to do, what follows from it and what else it may be; in lines.
std::string description(const Finding& finding);

// The page of the cause, of the instance at external_url; empty where there is none.
std::string run_book(const std::string& external_url, const std::string& cause);

// One line for a message of these notices, and its text, which has at most `limit` bytes: what does not fit is counted.
std::string title_of(const std::vector<Notice>& notices);
std::string text_of(const std::vector<Notice>& notices, const std::string& external_url, std::size_t limit);

}  // namespace lgtmwatch
