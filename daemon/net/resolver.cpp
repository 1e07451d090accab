#include "daemon/net/resolver.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

constexpr std::size_t proven_threads = 4;
constexpr std::size_t unproven_threads = 12;

Error name_error(const std::string& host, const boost::system::error_code& code) {
  const bool temporary = code == asio::error::host_not_found_try_again;
  return {Phase::resolve, Reason::dns,
          temporary ? fmt::format("the name server did not answer for '{}'", host)
                    : fmt::format("the name '{}' does not resolve: {}", host, code.message()),
          "check the name, and that lgtmwatch shares a network (and its DNS) with it"};
}

std::optional<asio::ip::address> preferred(const Addresses& addresses) {
  for (const auto& address : addresses)
    if (address.is_v4()) return address;
  if (addresses.empty()) return std::nullopt;
  return addresses.front();
}

// One look-up that runs in the pool; everybody who asks for the same name waits for the same one.
struct LookUp {
  explicit LookUp(asio::any_io_executor executor) : executor(std::move(executor)) {}

  asio::any_io_executor executor;
  std::optional<Result<asio::ip::address>> outcome;
  std::list<asio::steady_timer> waiting;
};

Result<asio::ip::address> look_up_blocking(const std::string& host) {
  asio::io_context unused;
  asio::ip::tcp::resolver resolver(unused);
  boost::system::error_code code;
  const auto found = resolver.resolve(host, "", asio::ip::resolver_base::flags(), code);
  if (code) return name_error(host, code);
  Addresses addresses;
  for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
  const auto address = preferred(addresses);
  if (!address) return name_error(host, asio::error::host_not_found);
  return *address;
}

class PoolResolver final : public Resolver {
 public:
  explicit PoolResolver(asio::any_io_executor executor)
      : executor_(std::move(executor)),
        running_(std::make_shared<Running>()),
        proven_(proven_threads),
        unproven_(unproven_threads) {}

  ~PoolResolver() override {
    proven_.stop();
    unproven_.stop();
    proven_.join();
    unproven_.join();
  }

  asio::awaitable<Result<asio::ip::address>> resolve(std::string host, Deadline deadline) override {
    boost::system::error_code not_numeric;
    const auto numeric = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) co_return numeric;

    const auto look_up = join_or_start(host);
    const auto place = look_up->waiting.emplace(look_up->waiting.end(), executor_, deadline.at());
    auto [code] = co_await place->async_wait(asio::as_tuple(asio::use_awaitable));
    look_up->waiting.erase(place);
    if (look_up->outcome) co_return *look_up->outcome;
    if (code) throw boost::system::system_error(asio::error::operation_aborted);
    co_return Error(Phase::resolve, Reason::dns, fmt::format("the name '{}' was not resolved in time", host),
                    "check the name server that lgtmwatch uses (/etc/resolv.conf)");
  }

  std::size_t in_flight() const override { return running_->look_ups.size(); }

 private:
  struct Running {
    std::map<std::string, std::shared_ptr<LookUp>> look_ups;
    std::set<std::string> proven;  // names that resolved the last time
  };

  std::shared_ptr<LookUp> join_or_start(const std::string& host) {
    const auto found = running_->look_ups.find(host);
    if (found != running_->look_ups.end()) return found->second;
    auto look_up = std::make_shared<LookUp>(executor_);
    running_->look_ups.emplace(host, look_up);
    auto& pool = running_->proven.erase(host) > 0 ? proven_ : unproven_;
    asio::post(pool, [look_up, host, running = running_] {
      auto outcome = look_up_blocking(host);
      asio::post(look_up->executor, [look_up, host, running, outcome = std::move(outcome)] {
        look_up->outcome = outcome;
        running->look_ups.erase(host);
        if (outcome) running->proven.insert(host);
        for (auto& timer : look_up->waiting) timer.cancel();
      });
    });
    return look_up;
  }

  asio::any_io_executor executor_;
  std::shared_ptr<Running> running_;
  asio::thread_pool proven_;
  asio::thread_pool unproven_;
};

}  // namespace

std::unique_ptr<Resolver> make_resolver(asio::any_io_executor executor) {
  return std::make_unique<PoolResolver>(std::move(executor));
}

}  // namespace lgtmwatch
