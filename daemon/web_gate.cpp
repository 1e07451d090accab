#include "daemon/web_gate.hpp"

#include <functional>

#include "daemon/base/on_worker.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<WebConfigFile>> read_anew(std::string file, Environment environment) {
  co_return read_web_config_file(file, environment);
}

asio::awaitable<FileContents> look(FileContents known, Environment environment) {
  co_return contents_now(std::move(known), environment);
}

asio::awaitable<WebConfigFile> load_text_again(WebConfigFile config) { co_return load_again(config); }

void log_all(const WebConfigFile& config, Log& log) {
  log_diagnostics(config.loaded.diagnostics, config.file, Diagnostic::Severity::warning, log);
  log_diagnostics(config.loaded.diagnostics, config.file, Diagnostic::Severity::error, log);
}

}  // namespace

WebGate::WebGate(std::unique_ptr<HttpServer> server, std::optional<WebConfigFile> in_force,
                 asio::any_io_executor worker, Log& log)
    : server_(std::move(server)),
      in_force_(std::move(in_force)),
      access_(judges_.get_executor(), in_force_ ? *in_force_->loaded.plan : WebPlan()),
      worker_(std::move(worker)),
      log_(log) {
  if (!in_force_) return;
  seen_ = in_force_->loaded.files;
  server_->use_tls(in_force_->tls);
}

asio::awaitable<void> WebGate::serve(ServerHandler routes) {
  ServerHandler guarded = [this, routes](ServerRequest request) { return access_.answer(std::move(request), routes); };
  co_await server_->serve(std::move(guarded));
}

WebReload WebGate::reloads() {
  return {std::bind_front(&WebGate::take, this), std::bind_front(&WebGate::take_files, this)};
}

asio::awaitable<std::optional<std::string>> WebGate::take() {
  if (!in_force_) co_return std::nullopt;
  auto reading = read_anew(in_force_->file, in_force_->environment);
  auto read = co_await on_worker(worker_, std::move(reading));
  if (!read) {
    log_.error(read.error().what, {{"hint", read.error().hint}});
    co_return read.error().what + "\n";
  }
  log_all(*read, log_);
  if (!read->loaded.plan) co_return render_diagnostics(read->loaded.diagnostics, read->file, read->text, false);
  put_in_force(std::move(*read));
  co_return std::nullopt;
}

asio::awaitable<void> WebGate::take_files() {
  if (!in_force_) co_return;
  auto looking = look(in_force_->loaded.files, in_force_->environment);
  auto found = co_await on_worker(worker_, std::move(looking));
  if (found == seen_) co_return;
  seen_ = std::move(found);
  auto loading = load_text_again(*in_force_);
  auto again = co_await on_worker(worker_, std::move(loading));
  log_all(again, log_);
  if (!again.loaded.plan) {
    log_.error("a certificate of the web interface changed and cannot be used; the one before stays in force");
    co_return;
  }
  put_in_force(std::move(again));
  log_.info("a certificate of the web interface changed; the new one is in force");
}

void WebGate::put_in_force(WebConfigFile config) {
  in_force_ = std::move(config);
  seen_ = in_force_->loaded.files;
  server_->use_tls(in_force_->tls);
  access_.apply(*in_force_->loaded.plan);
}

}  // namespace lgtmwatch
