// WebAccess: who may use the web interface, by the users of the web configuration, and which headers every answer has.
//
// A password is judged on a thread of its own, as its hash is meant to be slow; the last good one of each user is
// remembered, so that whoever scrapes costs that once. An unknown user takes as long as a wrong password. Beyond
// `most_waiting` judgements the next is refused with 503, so that guessing cannot pile up work.
// /-/healthy and /-/ready ask for no password: they tell nothing else, and orchestrators have none.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>

#include "daemon/model/web_plan.hpp"
#include "daemon/net/http_server.hpp"
#include "daemon/serve/password.hpp"

namespace lgtmwatch {

class WebAccess {
 public:
  static constexpr std::size_t most_waiting = 8;

  // judges: where passwords are judged.
  WebAccess(boost::asio::any_io_executor judges, WebPlan plan);

  // What passwords were good before is forgotten.
  void apply(WebPlan plan);
  // The answer of the handler, or the refusal in its place.
  boost::asio::awaitable<ServerResponse> answer(ServerRequest request, ServerHandler handler);

 private:
  boost::asio::awaitable<std::optional<ServerResponse>> refusal(std::string path, std::string authorization);
  boost::asio::awaitable<bool> is_good(Credentials credentials);
  bool is_remembered(const Credentials& credentials) const;

  boost::asio::any_io_executor judges_;
  WebPlan plan_;
  Secret decoy_;
  std::map<std::string, Secret> good_;  // the password of the user that was good last
  std::size_t waiting_ = 0;
  std::size_t generation_ = 0;  // of the plan
};

}  // namespace lgtmwatch
