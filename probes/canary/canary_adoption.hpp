// Canaries of earlier runs of which nothing was kept: asked for once a route, at the start. What is found of them is
// counted, and nothing follows from what is not.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "probes/canary/canary_route.hpp"

namespace lgtmwatch {

struct EarlierCanaries {
  std::string stack;
  std::string route;
  WallTime since{};
  WallTime until{};  // the start of this process; what was written from then on is its own
};

// Each answer is read up to this many.
inline constexpr std::size_t most_adopted = 128;

HttpRequest ask_loki_for_earlier(const EarlierCanaries& which);
HttpRequest ask_tempo_for_earlier(const EarlierCanaries& which);
HttpRequest ask_mimir_for_earlier(const EarlierCanaries& which, std::string_view api_prefix);

// How many different ones are in the answer, each with the right checksum; that of a sample cannot be checked without
// the run that wrote it.
Result<std::size_t> count_earlier_in_loki(std::string_view body, const EarlierCanaries& which);
Result<std::size_t> count_earlier_in_tempo(std::string_view body, const EarlierCanaries& which);
Result<std::size_t> count_earlier_in_mimir(std::string_view body, const EarlierCanaries& which);

boost::asio::awaitable<Result<std::size_t>> find_earlier_canaries(CanaryOutside& outside, const CanaryRoutePlan& route,
                                                                  EarlierCanaries which);

}  // namespace lgtmwatch
