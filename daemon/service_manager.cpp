#include "daemon/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace lgtmwatch {
namespace {

constexpr auto look_every = std::chrono::seconds(5);

std::uint64_t number_of(const std::optional<std::string>& text) {
  std::uint64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

// The manager may kill a daemon that it is not told about, but the daemon does not end for want of a listener.
void send(const std::string& socket, const std::string& text) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return;
  std::copy(socket.begin(), socket.end(), address.sun_path);
  if (socket.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  ::sendto(descriptor, text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
  ::close(descriptor);
}

// Calls at its end, however that comes.
struct AtTheEnd {
  std::function<void()> call;
  ~AtTheEnd() { call(); }
};

}  // namespace

ServiceManager::ServiceManager(const Variable& variable) : socket_(variable("NOTIFY_SOCKET").value_or("")) {
  const auto process = variable("WATCHDOG_PID");
  if (process && number_of(process) != static_cast<std::uint64_t>(getpid())) return;
  watchdog_ = std::chrono::microseconds(number_of(variable("WATCHDOG_USEC")));
}

void ServiceManager::tell(const std::string& state) const {
  if (!socket_.empty()) send(socket_, state);
}

boost::asio::awaitable<void> ServiceManager::attend(const Clock& clock,
                                                    std::function<std::optional<std::string>()> what_stands) const {
  if (socket_.empty()) co_return;
  const AtTheEnd stopping{[this] { tell("STOPPING=1"); }};
  tell("READY=1");
  const auto every = watchdog_ > Duration(0) ? std::min<Duration>(watchdog_ / 2, look_every) : Duration(look_every);
  std::optional<std::string> told;
  for (auto next = clock.now();; next += every) {
    co_await clock.sleep_until(next);
    const auto stands = what_stands();
    if (!stands && watchdog_ > Duration(0)) tell("WATCHDOG=1");
    if (stands != told) tell("STATUS=" + stands.value_or("every probe keeps up"));
    told = stands;
  }
}

boost::asio::awaitable<void> ServiceManager::while_reloading(
    boost::asio::awaitable<std::optional<std::string>> reload) const {
  tell("RELOADING=1");
  const AtTheEnd ready{[this] { tell("READY=1"); }};
  co_await std::move(reload);
}

}  // namespace lgtmwatch
