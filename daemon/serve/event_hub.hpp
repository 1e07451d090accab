// EventHub: who listens to /api/v1/events is told which stacks changed, as server-sent events.
//
// Bounds: 64 listeners; of each 256 events that it has not taken yet, beyond which it is dropped; the last 256 events,
// for those that come back with the id of the last one that they have seen.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/net/http_server.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// What an event tells of a stack: {"stack":…,"state":…,"signals":{…},"findings":[…]}. The same text: nothing changed.
std::string stack_event(const StackVerdict& verdict);

class EventHub {
 public:
  // run: that no other process has; ids begin with it. heartbeat: after so long without an event comes a comment.
  EventHub(boost::asio::any_io_executor executor, std::string run, Duration heartbeat);
  ~EventHub();

  // Tells of the stacks that have changed since the last look, and of those that are gone. The first look tells
  // nothing.
  void look(const Snapshot& snapshot);
  // Null where there are too many already. last_id: of the last event that this one has seen; may be empty.
  std::shared_ptr<BodyStream> listen(std::string_view last_id);

 private:
  struct Event {
    std::string id;
    std::string text;  // as it is sent
  };
  class Listener;
  void look_at(const StackSnapshot& stack);
  void tell_of_those_gone(const std::vector<std::shared_ptr<const StackSnapshot>>& before);
  void tell(std::string_view kind, const std::string& data);
  void bring_up_to_date(Listener& listener, std::string_view last_id) const;

  boost::asio::any_io_executor executor_;
  std::string run_;
  Duration heartbeat_;
  std::uint64_t next_ = 1;
  bool has_looked_ = false;
  std::vector<std::shared_ptr<const StackSnapshot>> looked_at_;
  std::map<std::string, std::string> known_;  // the event of each stack, by its name
  std::deque<Event> past_;
  std::vector<std::weak_ptr<Listener>> listeners_;
};

}  // namespace lgtmwatch
