// SideWork: blocking work on a thread of its own, for which the caller waits until its deadline and no longer.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/base/clock.hpp"

namespace lgtmwatch {

class SideWork {
 public:
  explicit SideWork(boost::asio::any_io_executor thread) : thread_(std::move(thread)) {}

  // Nothing where it has not ended at the deadline: it goes on then, so it must own what it uses. While too much goes
  // on nothing is begun.
  template <class T>
  boost::asio::awaitable<std::optional<T>> run(const Clock& clock, Tick deadline, std::function<T()> work);
  // Something has not ended, so the thread cannot be waited for.
  bool is_busy() const { return *going_on_ > 0; }

 private:
  template <class T>
  struct Box {
    std::optional<T> value;
    std::atomic<bool> is_full = false;  // value is not touched by the other thread any more
  };

  static constexpr int most_at_once = 16;
  static constexpr Duration shortest_look = std::chrono::milliseconds(1);
  static constexpr Duration longest_look = std::chrono::milliseconds(50);

  boost::asio::any_io_executor thread_;
  std::shared_ptr<std::atomic<int>> going_on_ = std::make_shared<std::atomic<int>>(0);
};

template <class T>
boost::asio::awaitable<std::optional<T>> SideWork::run(const Clock& clock, Tick deadline, std::function<T()> work) {
  if (*going_on_ >= most_at_once) co_return std::nullopt;
  ++*going_on_;
  const auto box = std::make_shared<Box<T>>();
  boost::asio::post(thread_, [box, work = std::move(work), going_on = going_on_] {
    box->value.emplace(work());
    box->is_full = true;
    --*going_on;
  });
  auto look = shortest_look;
  while (!box->is_full && clock.now() < deadline) {
    co_await clock.sleep_until(std::min(deadline, clock.now() + look));
    look = std::min(2 * look, longest_look);
  }
  if (!box->is_full) co_return std::nullopt;
  co_return std::move(box->value);
}

}  // namespace lgtmwatch
