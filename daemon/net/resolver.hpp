// Resolver: names to addresses without blocking the event loop.
//
// Asio's own resolver looks names up one after the other on one thread and cannot be cancelled; one dead name
// would delay every probe and the shutdown. Here: numeric addresses at once, names on threads of their own, one look-up
// in flight per name, and the waiting side gives up at its deadline while the look-up goes on. Names that resolved the
// last time have four threads for themselves, so that names whose server does not answer delay only each other.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <string>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // One address: the first IPv4 address, or the first IPv6 address where there is no other. A probe makes one
  // attempt, and most stacks listen on IPv4 even where "localhost" resolves to ::1 first.
  // Errors: Phase::resolve with Reason::dns or Reason::timeout.
  virtual boost::asio::awaitable<Result<boost::asio::ip::address>> resolve(std::string host, Deadline deadline) = 0;
  // Look-ups that are under way in the pool; the destructor waits for them.
  virtual std::size_t in_flight() const = 0;
};

std::unique_ptr<Resolver> make_resolver(boost::asio::any_io_executor executor);

}  // namespace lgtmwatch
