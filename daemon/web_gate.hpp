// WebGate: the port, and what stands between it and the routes. It speaks TLS and lets users in by the web
// configuration, takes that anew on a reload, and the certificates that it names whenever they have changed. Without
// one everybody is let in. The Reloader sees to it that one is done after the other.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/log.hpp"
#include "daemon/reload.hpp"
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
  // Must not outlive the gate.
  WebReload reloads();

 private:
  boost::asio::awaitable<std::optional<std::string>> take();
  boost::asio::awaitable<void> take_files();
  void put_in_force(WebConfigFile config);

  std::unique_ptr<HttpServer> server_;
  std::optional<WebConfigFile> in_force_;
  FileContents seen_;  // when they were last looked at
  boost::asio::thread_pool judges_{1};
  WebAccess access_;
  boost::asio::any_io_executor worker_;
  Log& log_;
};

}  // namespace lgtmwatch
