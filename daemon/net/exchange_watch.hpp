// What http_channel.cpp watches an exchange with: how long each phase takes, and that it ends at its deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <memory>

#include "daemon/net/http.hpp"

namespace lgtmwatch {

class PhaseWatch {
 public:
  explicit PhaseWatch(PhaseTimes& times) : times_(times) {}
  void done(Phase phase) {
    const auto now = std::chrono::steady_clock::now();
    times_[phase] = now - last_;
    last_ = now;
  }

 private:
  PhaseTimes& times_;
  Tick last_ = std::chrono::steady_clock::now();
};

// One timer for a whole exchange: at the deadline it closes the socket, which ends whatever is under way. Beast's
// streams arm a timer for every single operation, which costs a system call each.
class Watchdog {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  explicit Watchdog(const boost::asio::any_io_executor& executor) : timer_(executor) {}
  Watchdog(Watchdog&&) = default;
  Watchdog& operator=(Watchdog&&) = delete;
  ~Watchdog() { disarm(); }

  void arm(Socket& socket, Deadline deadline) {
    disarm();
    guarded_ = std::make_shared<Guarded>(Guarded{&socket, false});
    timer_.expires_at(deadline.at());
    timer_.async_wait([guarded = guarded_](boost::system::error_code cancelled) {
      if (cancelled || !guarded->socket) return;
      guarded->expired = true;
      boost::system::error_code ignored;
      guarded->socket->close(ignored);
    });
  }

  // A handler that is queued already finds no socket any more.
  void disarm() {
    if (guarded_) guarded_->socket = nullptr;
    guarded_.reset();
    timer_.cancel();
  }

  // What a failed operation means: the deadline, the cancellation of the caller (thrown), or its own error.
  boost::system::error_code meaning_of(const boost::system::error_code& code) const {
    if (!code) return code;
    if (guarded_ && guarded_->expired) return boost::asio::error::timed_out;
    if (code == boost::asio::error::operation_aborted) throw boost::system::system_error(code);
    return code;
  }

 private:
  struct Guarded {
    Socket* socket;
    bool expired;
  };

  boost::asio::steady_timer timer_;
  std::shared_ptr<Guarded> guarded_;
};

}  // namespace lgtmwatch
