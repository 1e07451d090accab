// lgtmwatch init: a configuration from what Grafana, Alloy, Docker and the backends tell of themselves.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"
#include "daemon/commands/init_questions.hpp"
#include "daemon/commands/leave.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/config_file.hpp"
#include "daemon/init/write_config.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::string_view standard_output = "-";

struct InitFlags {
  std::string grafana;
  std::string token_file;
  std::vector<std::string> alloys;
  std::string docker;
  std::string tenant;
  std::string stack = "main";
  std::string output = "lgtmwatch.yaml";
  std::string timeout = "60s";
  bool force = false;
  TlsSettings tls;
};

Result<std::optional<Endpoint>> endpoint_given(const std::string& url, const InitFlags& flags) {
  if (url.empty()) return std::optional<Endpoint>();
  const auto parsed = Url::parse(url);
  if (!parsed) return parsed.error();
  Endpoint endpoint(*parsed);
  if (parsed->scheme() == Url::Scheme::https) endpoint.tls = flags.tls;
  return std::optional<Endpoint>(std::move(endpoint));
}

// The configuration reads it from the folder that it is in.
std::string file_as_configured(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

std::optional<Error> add_token(const InitFlags& flags, Endpoint& grafana) {
  if (flags.token_file.empty()) return std::nullopt;
  auto token = read_file(flags.token_file);
  if (!token) return token.error();
  while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
  if (token->empty()) return Error(Phase::content, Reason::parse, fmt::format("{} is empty", flags.token_file));
  grafana.headers.push_back({"Authorization", Secret("Bearer " + *token)});
  return std::nullopt;
}

// Docker's sockets are written with and without their scheme, and DOCKER_HOST has tcp:// where HTTP is spoken.
std::string with_scheme(const std::string& socket) {
  constexpr std::string_view tcp = "tcp://";
  if (socket.starts_with(tcp)) return "http://" + socket.substr(tcp.size());
  return socket.starts_with('/') ? "unix://" + socket : socket;
}

// Nothing, after saying why, where the flags cannot be used.
std::optional<InitOrder> order_of(const InitFlags& flags) {
  InitOrder order;
  order.stack = flags.stack;
  order.tenant = flags.tenant;
  order.tls = flags.tls;
  order.tls.ca_file = file_as_configured(flags.tls.ca_file);
  order.token_file = file_as_configured(flags.token_file);
  order.docker_socket = with_scheme(flags.docker);
  const auto refused = [](const char* flag, const Error& error) {
    complain(fmt::format("{}: {}", flag, error.what), error.hint.empty() ? "see lgtmwatch init --help" : error.hint);
    return std::optional<InitOrder>();
  };
  auto grafana = endpoint_given(flags.grafana, flags);
  if (!grafana) return refused("--grafana.url", grafana.error());
  order.grafana = std::move(*grafana);
  if (order.grafana)
    if (const auto error = add_token(flags, *order.grafana)) return refused("--grafana.token-file", *error);
  auto docker = endpoint_given(order.docker_socket, flags);
  if (!docker) return refused("--docker.socket", docker.error());
  order.docker = std::move(*docker);
  for (const auto& url : flags.alloys) {
    auto alloy = endpoint_given(url, flags);
    if (!alloy) return refused("--alloy.url", alloy.error());
    if (*alloy) order.alloys.push_back(std::move(**alloy));
  }
  if (order.grafana || !order.alloys.empty()) return order;
  complain("init needs to know where to look",
           "give --grafana.url=http://HOST:3000, --alloy.url=http://HOST:12345, or both");
  return std::nullopt;
}

int already_there(const std::string& file) {
  return complain(fmt::format("{} exists already; nothing was written", file),
                  "--force overwrites it, --output=FILE writes elsewhere, --output=- to standard output");
}

// Never over a file that has come meanwhile, unless it was said so.
int write_out(const InitFlags& flags, const std::string& text) {
  if (flags.output == standard_output) {
    fmt::print("{}", text);
    return 0;
  }
  auto* file = std::fopen(flags.output.c_str(), flags.force ? "w" : "wx");
  if (!file && errno == EEXIST) return already_there(flags.output);
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file && std::fclose(file) == 0;
  if (written && closed) return 0;
  return complain(fmt::format("cannot write {}: {}", flags.output, std::strerror(errno)),
                  "--output=FILE writes elsewhere, --output=- to standard output", 1);
}

// What was written is read as every command will read it.
int check(const InitFlags& flags, const Outside& outside, const std::string& text) {
  const Environment environment{outside.variable, read_file, {}};
  const auto name = flags.output == standard_output ? std::string("lgtmwatch.yaml") : flags.output;
  ConfigFile config{name, environment, text, load_config(text, name, environment)};
  if (config.loaded.plan) return 0;
  fmt::print(stderr, "{}", render_diagnostics(config, false));
  return complain("what was found does not make a valid configuration", "mend the lines above by hand", 1);
}

int tell(const InitFlags& flags, const Outside& outside, const FoundStack& found) {
  const auto summary = summary_of(found);
  const auto silent = silence_of(found);
  if (summary.empty()) {
    for (const auto& each : silent) fmt::print(stderr, "error: {}\n", each);
    return complain("nothing was found that could be watched; nothing was written",
                    "check the addresses: they must be Grafana's and Alloy's own, and be reached from here", 1);
  }
  const auto text = write_config(found, SystemClock().wall());
  if (const int code = write_out(flags, text)) return code;
  const auto left_out = left_out_of(found);
  fmt::print(stderr, "found: {}\n", summary);
  for (const auto& each : silent) fmt::print(stderr, "warning: {}\n", each);
  for (const auto& warning : warnings_of(found)) fmt::print(stderr, "warning: {}\n", warning);
  if (left_out > 0) fmt::print(stderr, "left out: {}; the comments in the file say why\n", left_out);
  if (const int code = check(flags, outside, text)) return code;
  if (flags.output != standard_output)
    fmt::print(stderr, "wrote {}\nnext: lgtmwatch verify --config.file={}\n", flags.output, flags.output);
  return 0;
}

int init(const InitFlags& flags, const Outside& outside) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration::zero())
    return complain(fmt::format("--timeout: '{}' is not a duration", flags.timeout), "write it as 60s or 2m");
  const auto order = order_of(flags);
  if (!order) return 2;
  std::error_code unseen;
  if (flags.output != standard_output && !flags.force && std::filesystem::exists(flags.output, unseen))
    return already_there(flags.output);
  const SystemClock clock;
  asio::io_context io(1);
  const auto net = make_net_clients(io.get_executor());
  std::optional<FoundStack> found;
  Progress progress;
  progress.show("asking what is there");
  const Deadline deadline(clock.now() + *timeout);
  asio::co_spawn(io, find_out(*order, Clients{net->http(), net->grpc()}, clock, deadline),
                 [&](std::exception_ptr thrown, FoundStack stack) {
                   if (thrown) std::rethrow_exception(thrown);
                   found = std::move(stack);
                 });
  io.run();
  progress.clear();
  return leave(*net, tell(flags, outside, *found));
}

}  // namespace

void add_init_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<InitFlags>();
  auto* command = app.add_subcommand(
      "init", "Writes a configuration from what it finds. Exits 0 written, 1 nothing found, 2 wrong usage");
  command->add_option("--grafana.url", flags->grafana, "Grafana, whose datasources tell where the backends are");
  command->add_option("--grafana.token-file", flags->token_file, "File with the token of a service account of Grafana");
  command->add_option("--alloy.url", flags->alloys, "Alloy, whose components are its receivers; may be repeated");
  command->add_option("--docker.socket", flags->docker,
                      "Docker engine: unix:///var/run/docker.sock, http://PROXY:2375");
  command->add_option("--tenant", flags->tenant, "X-Scope-OrgID of what is asked, where the backends want one");
  command->add_option("--stack", flags->stack, "Name of the stack in the configuration")->capture_default_str();
  command->add_option("--output", flags->output, "File to write; - is standard output")->capture_default_str();
  command->add_flag("--force", flags->force, "Overwrites the file");
  command->add_option("--timeout", flags->timeout, "How long all questions may take")->capture_default_str();
  command->add_option("--tls.ca-file", flags->tls.ca_file, "Certificates to trust (PEM) instead of the system's");
  command->add_flag("--tls.insecure-skip-verify", flags->tls.insecure_skip_verify, "Trusts whatever answers");
  command->callback([flags, &outside, &exit_code] { exit_code = init(*flags, outside); });
}

}  // namespace lgtmwatch
