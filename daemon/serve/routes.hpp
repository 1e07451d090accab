// Routes: which path of the web interface shows what. Everything but the counters of the scrape is a function of
// the snapshot and the history that are handed in.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/history/history.hpp"
#include "daemon/net/http_server.hpp"
#include "daemon/serve/self_metrics.hpp"
#include "daemon/status/store.hpp"
#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {

struct WebContext {
  std::function<std::shared_ptr<const Snapshot>()> snapshot;
  const History* history = nullptr;              // what is remembered; none where it is not kept
  std::function<WallTime()> now;                 // the clock, which /metrics shows
  SelfMetrics* self = nullptr;                   // scrapes are counted here
  boost::asio::thread_pool* worker = nullptr;    // /metrics is written there, not on the event loop
  std::function<void(const Snapshot&)> scraped;  // told what a GET of /metrics has shown; may be empty
  // Takes the configuration anew; gives what is wrong with it, or nothing. Where there is none it is not allowed.
  std::function<boost::asio::awaitable<std::optional<std::string>>()> reload;
  Catalogue catalogue = Catalogue(cause_pages());
};

// Answers one request; the context must outlive it.
boost::asio::awaitable<ServerResponse> answer_request(const WebContext& context, ServerRequest request);

}  // namespace lgtmwatch
