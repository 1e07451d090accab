#include "daemon/passed_socket.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

namespace lgtmwatch {
namespace {

constexpr int first_descriptor = 3;

Result<int> number_in(const std::string& name, const std::string& text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size() && number >= 0) return number;
  return Error(Phase::connect, Reason::internal, fmt::format("{}: '{}' is no number", name, text),
               "start lgtmwatch without it, or by a socket unit of systemd");
}

Error too_many(int count, const std::string& names) {
  return {Phase::connect, Reason::internal,
          fmt::format("{} sockets were passed ({}), and lgtmwatch listens on one", count, names),
          "keep one ListenStream= in the socket unit; one of a port alone listens on every address"};
}

}  // namespace

Result<std::optional<int>> passed_socket(
    const std::function<std::optional<std::string>(const std::string& name)>& variable) {
  const auto process = variable("LISTEN_PID");
  const auto sockets = variable("LISTEN_FDS");
  if (!process || !sockets) return std::optional<int>();
  const auto pid = number_in("LISTEN_PID", *process);
  if (!pid) return pid.error();
  if (*pid != getpid()) return std::optional<int>();  // for who has started us
  const auto count = number_in("LISTEN_FDS", *sockets);
  if (!count) return count.error();
  if (*count > 1) return too_many(*count, variable("LISTEN_FDNAMES").value_or("without names"));
  return *count == 0 ? std::optional<int>() : first_descriptor;
}

}  // namespace lgtmwatch
