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
#include "daemon/model/announced_window.hpp"
#include "daemon/net/http_server.hpp"
#include "daemon/serve/event_hub.hpp"
#include "daemon/serve/self_metrics.hpp"
#include "daemon/status/store.hpp"
#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {

enum class RunNow { done, unknown, running, too_many, cancelled };

struct WebContext {
  std::function<std::shared_ptr<const Snapshot>()> snapshot;
  const History* history = nullptr;              // what is remembered; none where it is not kept
  std::function<WallTime()> now;                 // the clock, which /metrics shows
  SelfMetrics* self = nullptr;                   // scrapes are counted here
  boost::asio::thread_pool* worker = nullptr;    // /metrics is written there, not on the event loop
  std::function<void(const Snapshot&)> scraped;  // told what a GET of /metrics has shown; may be empty
  // Takes the configuration anew; gives what is wrong with it, or nothing. Where there is none it is not allowed.
  std::function<boost::asio::awaitable<std::optional<std::string>>()> reload;
  // Runs the probe of that id at once, until the end of the run. Where there is none it is not allowed.
  std::function<boost::asio::awaitable<RunNow>(std::string id)> run_probe;
  std::function<std::vector<AnnouncedWindow>()> windows;  // of maintenance, that are not over
  // Announces a window, and takes one back: false where there is none of that id. Not allowed where there are none.
  std::function<Result<AnnouncedWindow>(AnnouncedWindow)> announce;
  std::function<Result<bool>(std::string id)> take_back;
  EventHub* events = nullptr;
  Catalogue catalogue = Catalogue(cause_pages());
};

// Answers one request; the context must outlive it.
boost::asio::awaitable<ServerResponse> answer_request(const WebContext& context, ServerRequest request);

}  // namespace lgtmwatch
