// Runs coroutines from a test that is none.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <optional>

namespace lgtmwatch::test {

// Lets everything run that is ready, and waits for nothing.
inline void settle(boost::asio::io_context& io) {
  io.restart();
  io.poll();
}

// Runs the coroutine to its end and throws what it throws. Other work of the context goes on meanwhile.
inline void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
  bool ended = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) {
    ended = true;
    failure = thrown;
    io.stop();
  });
  io.restart();
  io.run_for(std::chrono::seconds(60));
  REQUIRE(ended);
  if (failure) std::rethrow_exception(failure);
}

template <class T>
boost::asio::awaitable<void> keep_value(boost::asio::awaitable<T> task, std::optional<T>& value) {
  value.emplace(co_await std::move(task));
}

template <class T>
T run_to_end(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
  std::optional<T> value;
  run_to_end(io, keep_value(std::move(task), value));
  return std::move(*value);
}

// What spawned tasks throw in a test goes up to the test.
inline void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lgtmwatch::test
