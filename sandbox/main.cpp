// lgtmwatch-sandbox: a stand-in for a stack, for trying lgtmwatch and for its tests.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <random>

#include "daemon/base/task_group.hpp"
#include "sandbox/config_file.hpp"
#include "sandbox/sandbox.hpp"

namespace {

namespace asio = boost::asio;
using namespace lgtmwatch;
using namespace lgtmwatch::sandbox;

struct CommandLine {
  SandboxOptions sandbox;
  std::string config_output;
  bool exit_with_parent = false;
  bool once_ready_print = false;
};

void declare(CLI::App& app, CommandLine& line) {
  app.add_option("--listen.host", line.sandbox.host, "IP address to listen on")->capture_default_str();
  app.add_option(
         "--port.base", line.sandbox.port_base,
         "first of thirteen ports: control, loki, tempo, mimir, alloy, mobile-http, backend, mobile-grpc, logs-push, "
         "metrics-write, grafana, docker, tempo-otlp; 0 takes free ones")
      ->capture_default_str();
  app.add_option("--fault", line.sandbox.faults, "NAME or NAME:TARGET; may be given more than once");
  app.add_option("--config.output", line.config_output, "writes an lgtmwatch.yaml that watches this sandbox");
  app.add_flag("--exit.with-parent", line.exit_with_parent, "ends when standard input is closed");
  app.add_flag("--once-ready-print", line.once_ready_print,
               "for scripts that pass it: the addresses are always printed, once, when all listens");
}

int complain(const Error& error, int status) {
  fmt::print(stderr, "lgtmwatch-sandbox: {}\n", error.what);
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
  return status;
}

// Plays until a signal, the end of standard input, or a failure; then closes everything in order.
class Program {
 public:
  Program(asio::io_context& io, Sandbox& sandbox)
      : sandbox_(sandbox),
        signals_(io, SIGTERM, SIGINT),
        input_(io),
        playing_(io.get_executor(), [this](std::exception_ptr failure) { end(failure); }),
        closing_(io.get_executor(), [this](std::exception_ptr failure) { failure_ = failure; }) {}

  void start(bool until_input_ends) {
    playing_.spawn(sandbox_.run());
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
      if (!cancelled) end(nullptr);
    });
    if (!until_input_ends) return;
    input_.assign(::dup(STDIN_FILENO));
    playing_.spawn(wait_for_end_of_input());
  }
  const std::exception_ptr& failure() const { return failure_; }

 private:
  asio::awaitable<void> wait_for_end_of_input() {
    std::array<char, 256> scratch;
    boost::system::error_code code;
    while (!code)
      co_await input_.async_read_some(asio::buffer(scratch), asio::redirect_error(asio::use_awaitable, code));
    end(nullptr);
  }

  void end(const std::exception_ptr& failure) {
    if (failure) failure_ = failure;
    if (ending_) return;
    ending_ = true;
    signals_.cancel();
    closing_.spawn(close());
  }

  asio::awaitable<void> close() {
    playing_.cancel();
    co_await playing_.join();
    co_await sandbox_.close();
  }

  Sandbox& sandbox_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor input_;
  std::exception_ptr failure_;
  bool ending_ = false;
  TaskGroup playing_;
  TaskGroup closing_;
};

int run(const CommandLine& line) {
  const SystemClock clock;
  asio::io_context io{1};
  auto made = Sandbox::make(io.get_executor(), clock, line.sandbox);
  if (!made) return complain(made.error(), 1);
  auto& sandbox = **made;
  if (!line.config_output.empty())
    if (const auto written = write_config(sandbox.addresses(), line.config_output); !written)
      return complain(written.error(), 1);
  Program program(io, sandbox);
  program.start(line.exit_with_parent);
  fmt::print("{}\n", Sandbox::announcement(sandbox.addresses(), line.config_output));
  std::fflush(stdout);
  io.run();
  if (program.failure()) std::rethrow_exception(program.failure());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CommandLine line;
  line.sandbox.seed = std::random_device()();
  CLI::App app("A stand-in for Loki, Tempo, Mimir, Grafana, Alloy and a Docker engine, for trying lgtmwatch.");
  declare(app, line);
  try {
    app.parse(argc, argv);
    for (const auto& fault : line.sandbox.faults)
      if (const auto problem = problem_of_fault(fault))
        return complain(Error(Phase::content, Reason::internal, *problem), 2);
    return run(line);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    return complain(Error(Phase::content, Reason::internal, error.what()), 1);
  }
}
