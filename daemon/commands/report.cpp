// lgtmwatch report: the status of a stack as Markdown, by a look of its own or from a running daemon.
#include "daemon/serve/report.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "daemon/base/url.hpp"
#include "daemon/commands/ask_once.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"
#include "daemon/commands/daemon_flags.hpp"
#include "daemon/commands/kept_incident.hpp"
#include "daemon/commands/one_look.hpp"
#include "daemon/commands/read_config.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr auto patience_with_a_daemon = std::chrono::seconds(10);
constexpr std::size_t longest_report = 16 << 20;

struct ReportFlags {
  std::string config_file;
  std::string from;
  std::string timeout = "90s";
  std::string stack;
  std::string incident;
  std::string storage_path;
  DaemonFlags daemon;
};

int show_answer(const Url& url, const Result<HttpResponse>& answer) {
  if (answer && answer->status == 200 && answer->content_type.starts_with("text/markdown")) {
    fmt::print("{}", answer->body);
    return 0;
  }
  if (!answer) {
    fmt::print(stderr, "error: no report from {}: {}\n", url.text(), answer.error().what);
  } else if (answer->status == 200) {
    fmt::print(stderr, "error: what answers at {} is no lgtmwatch\n", url.text());
  } else {
    fmt::print(stderr, "error: no report from {}: it answered {} {}\n", url.text(), answer->status,
               first_line(answer->body));
  }
  return 1;
}

std::string query_of(const ReportFlags& flags) {
  if (!flags.incident.empty()) return "?incident=" + percent_encode(flags.incident);
  return flags.stack.empty() ? std::string() : "?stack=" + percent_encode(flags.stack);
}

int report_from(const ReportFlags& flags) {
  const auto daemon = daemon_endpoint(flags.from, flags.daemon);
  if (!daemon) return complain("--from: " + daemon.error().what, daemon.error().hint);
  HttpRequest request("/api/v1/report" + query_of(flags));
  request.body_limit = longest_report;
  return ask_once(*daemon, std::move(request), patience_with_a_daemon,
                  [&](const Result<HttpResponse>& answer) { return show_answer(daemon->url, answer); });
}

int report_by_a_look(const ReportFlags& flags, const Outside& outside) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration::zero())
    return complain(fmt::format("--timeout: '{}' is not a duration", flags.timeout), "write it as 90s or 2m");
  auto config = read_config(flags.config_file, outside);
  if (!config) return 2;
  const auto plan = chosen_stacks(std::move(*config->loaded.plan), flags.stack);
  if (!plan) return 2;
  return look_once(*plan, *timeout, std::nullopt, [](const Snapshot& snapshot) {
    fmt::print("{}", report_markdown(snapshot));
    return 0;
  });
}

int report(const ReportFlags& flags, const Outside& outside) {
  if (!flags.incident.empty() && flags.from.empty()) {
    if (!flags.storage_path.empty()) return report_kept_incident(flags.storage_path, flags.incident);
    return complain("--incident needs a running daemon, or what one has kept",
                    "give --from=http://HOST:9797, or --storage.path=DIRECTORY of a daemon that does not run");
  }
  if (!flags.from.empty()) return report_from(flags);
  if (!flags.config_file.empty()) return report_by_a_look(flags, outside);
  return complain("report needs a configuration or a running daemon",
                  "give --config.file=lgtmwatch.yaml, or --from=http://HOST:9797");
}

}  // namespace

void add_report_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<ReportFlags>();
  auto* command = app.add_subcommand(
      "report", "A status report as Markdown. Exits 0 when it was made, 1 when the daemon gave none, 2 wrong usage");
  command->add_option("--config.file", flags->config_file, "Configuration file: looks by itself")
      ->envname("LGTMWATCH_CONFIG_FILE");
  command->add_option("--from", flags->from, "Address of a running daemon, http://HOST:9797, instead of a look");
  command->add_option("--timeout", flags->timeout, "How long the look may take")->capture_default_str();
  command->add_option("--stack", flags->stack, "Reports this stack only");
  command->add_option("--incident", flags->incident, "Reports this incident: a number of /api/v1/incidents");
  command->add_option("--storage.path", flags->storage_path,
                      "Where a daemon that does not run has kept its incidents, instead of --from");
  add_daemon_flags(*command, "from", "FROM", flags->daemon);
  command->callback([flags, &outside, &exit_code] { exit_code = report(*flags, outside); });
}

}  // namespace lgtmwatch
