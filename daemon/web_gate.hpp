// WebGate: the port, and what stands between it and the routes. It speaks TLS and lets users in by the web
// configuration, and takes that anew on a reload. Without one everybody is let in.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/log.hpp"
#include "daemon/serve/web_access.hpp"
#include "daemon/web_config_file.hpp"

namespace lgtmwatch {

class WebGate {
 public:
  // A configuration that holds a plan, or none. Files are read on the worker.
  WebGate(std::unique_ptr<HttpServer> server, std::optional<WebConfigFile> in_force,
          boost::asio::any_io_executor worker, Log& log);

  // Until the caller is cancelled.
  boost::asio::awaitable<void> serve(ServerHandler routes);
  // Nothing once what the file says is in force; else what is wrong with it, and all stays as it is.
  boost::asio::awaitable<std::optional<std::string>> reload();

 private:
  std::unique_ptr<HttpServer> server_;
  std::optional<WebConfigFile> in_force_;
  boost::asio::thread_pool judges_{1};
  WebAccess access_;
  boost::asio::any_io_executor worker_;
  Log& log_;
};

}  // namespace lgtmwatch
