// Page: one page of a server, whose address holds all that is asked for, with its query and a slash at its end.
// http://HOST:PORT/PATH?QUERY, https://…
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/url.hpp"

namespace lgtmwatch {

// Of an address with a scheme: its server, and what a request asks of that, "/" where nothing is written.
struct ServerAndTarget {
  std::string_view server;
  std::string target;
};
ServerAndTarget split_at_target(std::string_view address);

class Page {
 public:
  // Error names what is wrong; user information and a fragment are refused.
  static Result<Page> parse(std::string_view text);

  const Url& server() const { return server_; }          // without a path
  const std::string& target() const { return target_; }  // "/", "/devices/?site=a"
  std::string text() const;                              // "http://sd.example", "http://sd.example/devices/?site=a"

 private:
  Page(Url server, std::string target) : server_(std::move(server)), target_(std::move(target)) {}

  Url server_;
  std::string target_;
};

}  // namespace lgtmwatch
