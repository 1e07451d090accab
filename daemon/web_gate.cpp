#include "daemon/web_gate.hpp"

#include "daemon/base/on_worker.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<WebConfigFile>> read_anew(std::string file, Environment environment) {
  co_return read_web_config_file(file, environment);
}

}  // namespace

WebGate::WebGate(std::unique_ptr<HttpServer> server, std::optional<WebConfigFile> in_force,
                 asio::any_io_executor worker, Log& log)
    : server_(std::move(server)),
      in_force_(std::move(in_force)),
      access_(judges_.get_executor(), in_force_ ? *in_force_->loaded.plan : WebPlan()),
      worker_(std::move(worker)),
      log_(log) {
  if (in_force_) server_->use_tls(in_force_->tls);
}

asio::awaitable<void> WebGate::serve(ServerHandler routes) {
  ServerHandler guarded = [this, routes](ServerRequest request) { return access_.answer(std::move(request), routes); };
  co_await server_->serve(std::move(guarded));
}

asio::awaitable<std::optional<std::string>> WebGate::reload() {
  if (!in_force_) co_return std::nullopt;
  auto reading = read_anew(in_force_->file, in_force_->environment);
  auto read = co_await on_worker(worker_, std::move(reading));
  if (!read) {
    log_.error(read.error().what, {{"hint", read.error().hint}});
    co_return read.error().what + "\n";
  }
  const auto& diagnostics = read->loaded.diagnostics;
  log_diagnostics(diagnostics, read->file, Diagnostic::Severity::warning, log_);
  log_diagnostics(diagnostics, read->file, Diagnostic::Severity::error, log_);
  if (!read->loaded.plan) co_return render_diagnostics(diagnostics, read->file, read->text, false);
  in_force_ = std::move(*read);
  server_->use_tls(in_force_->tls);
  access_.apply(*in_force_->loaded.plan);
  co_return std::nullopt;
}

}  // namespace lgtmwatch
