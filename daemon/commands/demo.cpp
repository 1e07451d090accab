// lgtmwatch demo: starts the stand-in stack on loopback and watches it.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "daemon/app.hpp"
#include "daemon/base/json.hpp"
#include "daemon/commands/child_process.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/log_flags.hpp"
#include "daemon/commands/read_config.hpp"

namespace lgtmwatch {
namespace {

namespace fs = std::filesystem;

constexpr auto start_patience = std::chrono::seconds(20);
constexpr const char* sandbox_name = "lgtmwatch-sandbox";

struct DemoFlags {
  std::string fault;
  DaemonOptions daemon{"127.0.0.1:9797"};
  LogFlags log;
};

// Beside this program where it is installed, in the neighbouring folder of a build tree.
std::optional<std::string> find_sandbox() {
  std::error_code code;
  const auto here = fs::read_symlink("/proc/self/exe", code).parent_path();
  for (const auto& candidate : {here / sandbox_name, here.parent_path() / "sandbox" / sandbox_name})
    if (fs::exists(candidate, code)) return candidate.string();
  return std::nullopt;
}

struct TemporaryFolder {
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "lgtmwatch-demo-XXXXXX").string();
    if (mkdtemp(pattern.data())) path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code code;
    if (!path.empty()) fs::remove_all(path, code);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path;
};

void print_where_to_look(const std::string& ready_line, const DemoFlags& flags) {
  const auto document = parse_json(ready_line);
  const auto control = document ? JsonPath(*document).member("control") : document.error();
  const auto address = control ? control->string() : Result<std::string>(std::string("?"));
  fmt::print(
      "The stand-in stack runs; lgtmwatch watches it. Ctrl-C ends both.\n"
      "  status page   http://{0}/\n"
      "  metrics       http://{0}/metrics\n"
      "  JSON          http://{0}/api/v1/status\n"
      "  faults        curl {1}/faults; curl -X POST {1}/faults/NAME; curl -X DELETE {1}/faults/NAME\n",
      flags.daemon.listen_address, address ? *address : "?");
  std::fflush(stdout);
}

int demo(const DemoFlags& flags, const Outside& outside) {
  const auto sandbox = find_sandbox();
  const TemporaryFolder folder;
  if (!sandbox || folder.path.empty()) {
    fmt::print(stderr, "error: {}\n",
               sandbox ? "no temporary folder could be made"
                       : "lgtmwatch-sandbox was not found, neither beside lgtmwatch nor in ../sandbox");
    return 1;
  }
  const auto config_file = folder.path + "/lgtmwatch.yaml";
  std::vector<std::string> arguments{*sandbox, "--exit.with-parent", "--config.output=" + config_file};
  if (!flags.fault.empty()) arguments.push_back("--fault=" + flags.fault);
  auto child = ChildProcess::start(arguments, outside.environment);
  if (!child) {
    fmt::print(stderr, "error: {}\n", child.error().what);
    return 1;
  }
  const auto ready = child->read_line(start_patience);
  if (!ready) {
    fmt::print(stderr, "error: the stand-in stack did not start; its own words are above\n");
    return flags.fault.empty() ? 1 : 2;
  }
  auto config = read_config_quietly(config_file, outside);
  if (!config) return 1;
  print_where_to_look(*ready, flags);
  auto log = make_log(flags.log);
  return run_daemon(std::move(*config), flags.daemon, log);
}

}  // namespace

void add_demo_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<DemoFlags>();
  auto* command = app.add_subcommand("demo", "Starts the stand-in stack on loopback and watches it");
  command->add_option("--fault", flags->fault, "A fault to begin with, e.g. backend-down:loki");
  command->add_option("--web.listen-address", flags->daemon.listen_address, "Address of the web interface")
      ->capture_default_str()
      ->envname("LGTMWATCH_WEB_LISTEN_ADDRESS");
  add_log_flags(*command, flags->log);
  command->callback([flags, &outside, &exit_code] { exit_code = demo(*flags, outside); });
}

}  // namespace lgtmwatch
