// Work that another thread does while the caller waits.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace lgtmwatch {

// Waits for the end of the work even where the caller is cancelled: the cancellation would be passed on to the other
// thread, and reach the work when it has ended and is gone.
template <class T>
boost::asio::awaitable<T> on_worker(boost::asio::any_io_executor worker, boost::asio::awaitable<T> work) {
  const boost::asio::cancellation_slot nothing;
  auto token = boost::asio::bind_cancellation_slot(nothing, boost::asio::use_awaitable);
  auto value = co_await boost::asio::co_spawn(worker, std::move(work), token);
  co_return value;
}

}  // namespace lgtmwatch
