// Openings: what the daemon opens before it begins, its port and its storage; a start fails where one of them cannot
// be.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/app.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/maintenance_book.hpp"
#include "daemon/net/http_server.hpp"

namespace lgtmwatch {

struct Openings {
  std::unique_ptr<CanaryLedger> ledger;
  MaintenanceBook windows;
  std::unique_ptr<HttpServer> server;
};

// The clock must outlive them.
Result<Openings> open_all(boost::asio::any_io_executor executor, const DaemonOptions& options, const Clock& clock);

}  // namespace lgtmwatch
