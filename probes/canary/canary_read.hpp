// How a canary is asked for, and how it is found in the answer. Pure.
//
// Whole is a copy that is, byte for byte, what can be recomputed from the canary's identity and time.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/net/http.hpp"
#include "wire/canary.hpp"

namespace lgtmwatch {

// No copies: it is not there.
struct CanarySight {
  std::size_t copies = 0;
  std::size_t corrupt_copies = 0;  // among them
};

// Loki: its lines by the token, from ten minutes before the write to ten minutes ahead, so that a copy with an altered
// time stamp is found too.
HttpRequest ask_loki_for(const wire::Canary& canary, std::string_view selector, WallTime now);
Result<CanarySight> find_in_loki(std::string_view body, const wire::Canary& canary);
// The streams of canaries that carry lgtmwatch's own labels.
std::string selector_of_own_streams();
// The same where a line goes through a file: what tails it may wrap it, so a line that holds it is whole.
Result<CanarySight> find_wrapped_in_loki(std::string_view body, const wire::Canary& canary);

// Tempo: the trace by its id (v1: 404 where it is not there), which sees traces at once.
HttpRequest ask_tempo_for(const wire::Canary& canary);
Result<CanarySight> find_in_tempo(const HttpResponse& response, const wire::Canary& canary, const std::string& address);

// Tempo's search: the traces of the route from a second before the write to its deadline, among which it is found by
// its id. That a copy is whole is for the read by id to tell.
HttpRequest ask_tempo_search_for(const wire::Canary& canary, Duration deadline);
Result<CanarySight> find_in_search(std::string_view body, const wire::Canary& canary);

// Mimir: the samples of the route's series since the write. A sample at the canary's millisecond with another value is
// a corrupt copy; the same sample in two series is two copies.
HttpRequest ask_mimir_for(const wire::Canary& canary, std::string_view api_prefix, WallTime now);
Result<CanarySight> find_in_mimir(std::string_view body, const wire::Canary& canary);

// The same where somebody scrapes it: the sample has the scraper's time, and there is one for each scrape and one
// series for each scraper, so any number of them is one copy. A later sample of its sequence with another checksum is
// corrupt. From a minute before the write to a minute ahead, since the scraper's clock is another one.
HttpRequest ask_mimir_for_scraped(const wire::Canary& canary, std::string_view api_prefix, WallTime now);
Result<CanarySight> find_scraped_in_mimir(std::string_view body, const wire::Canary& canary);

}  // namespace lgtmwatch
