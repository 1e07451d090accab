#include "daemon/openings.hpp"

#include "daemon/storage.hpp"

namespace lgtmwatch {

Result<Openings> open_all(boost::asio::any_io_executor executor, const DaemonOptions& options, const Clock& clock) {
  auto ledger = open_storage(options.storage_path, clock);
  if (!ledger) return ledger.error();
  auto windows = open_maintenance(options.storage_path, clock.wall());
  if (!windows) return windows.error();
  auto server = options.listen_socket ? make_http_server(executor, *options.listen_socket, ServerOptions())
                                      : make_http_server(executor, options.listen_address, ServerOptions());
  if (!server) return server.error();
  return Openings{std::move(*ledger), std::move(*windows), std::move(*server)};
}

}  // namespace lgtmwatch
