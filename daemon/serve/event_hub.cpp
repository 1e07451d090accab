#include "daemon/serve/event_hub.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "daemon/status/finding_json.hpp"
#include "daemon/status/same_stacks.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t most_listeners = 64;
constexpr std::size_t most_events = 256;

}  // namespace

class EventHub::Listener final : public BodyStream {
 public:
  Listener(const asio::any_io_executor& executor, Duration heartbeat) : woken_(executor), heartbeat_(heartbeat) {}

  void tell(const std::string& text) {
    if (++waiting_ > most_events) is_dropped_ = true;
    if (!is_dropped_) text_ += text;
    woken_.cancel();
  }

  asio::awaitable<std::optional<std::string>> next() override {
    while (text_.empty() && !is_dropped_) {
      woken_.expires_after(heartbeat_);
      auto [code] = co_await woken_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (!code && text_.empty()) co_return ": nothing new\n\n";
    }
    if (is_dropped_) co_return std::nullopt;
    waiting_ = 0;
    co_return std::exchange(text_, {});
  }

 private:
  asio::steady_timer woken_;
  Duration heartbeat_;
  std::string text_ = "retry: 5000\n: the events of lgtmwatch\n\n";
  std::size_t waiting_ = 0;
  bool is_dropped_ = false;
};

std::string stack_event(const StackVerdict& verdict) {
  json::object signals;
  for (const auto& [signal, state] : verdict.signals) signals[word(to_string(signal))] = word(to_string(state));
  json::array findings;
  for (const auto& finding : verdict.findings)
    findings.push_back(json::object{{"id", word(finding.id())},
                                    {"cause", word(finding.cause)},
                                    {"subject", word(finding.subject)},
                                    {"severity", word(to_string(finding.severity))},
                                    {"state", word(to_string(finding.state))},
                                    {"summary", word(finding.summary)}});
  return json::serialize(json::object{{"stack", word(verdict.name)},
                                      {"state", word(to_string(verdict.state))},
                                      {"signals", std::move(signals)},
                                      {"findings", std::move(findings)}});
}

EventHub::EventHub(asio::any_io_executor executor, std::string run, Duration heartbeat)
    : executor_(std::move(executor)), run_(std::move(run)), heartbeat_(heartbeat) {}

EventHub::~EventHub() = default;

// A stack that is as it was costs a comparison.
void EventHub::look(const Snapshot& snapshot) {
  const auto before = std::exchange(looked_at_, snapshot.stacks);
  for (std::size_t i = 0; i < looked_at_.size(); ++i)
    if (i >= before.size() || before[i] != looked_at_[i]) look_at(*looked_at_[i]);
  tell_of_those_gone(before);
  has_looked_ = true;
}

void EventHub::look_at(const StackSnapshot& stack) {
  auto text = stack_event(stack.verdict);
  auto& known = known_[stack.verdict.name];
  if (text == known) return;
  known = std::move(text);
  if (has_looked_) tell("stack", known);
}

void EventHub::tell_of_those_gone(const std::vector<std::shared_ptr<const StackSnapshot>>& before) {
  if (have_same_names(before, looked_at_)) return;
  std::set<std::string_view> there;
  for (const auto& stack : looked_at_) there.insert(stack->verdict.name);
  for (auto known = known_.begin(); known != known_.end();) {
    if (there.contains(known->first)) {
      ++known;
      continue;
    }
    tell("gone", json::serialize(json::object{{"stack", word(known->first)}}));
    known = known_.erase(known);
  }
}

void EventHub::tell(std::string_view kind, const std::string& data) {
  const auto id = fmt::format("{}-{}", run_, next_++);
  past_.push_back({id, fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, kind, data)});
  if (past_.size() > most_events) past_.pop_front();
  for (const auto& each : listeners_)
    if (const auto listener = each.lock()) listener->tell(past_.back().text);
}

std::shared_ptr<BodyStream> EventHub::listen(std::string_view last_id) {
  std::erase_if(listeners_, [](const auto& each) { return each.expired(); });
  if (listeners_.size() >= most_listeners) return nullptr;
  auto listener = std::make_shared<Listener>(executor_, heartbeat_);
  if (!last_id.empty()) bring_up_to_date(*listener, last_id);
  listeners_.push_back(listener);
  return listener;
}

void EventHub::bring_up_to_date(Listener& listener, std::string_view last_id) const {
  std::size_t seen = past_.size();
  for (std::size_t i = 0; i < past_.size(); ++i)
    if (past_[i].id == last_id) seen = i;
  if (seen == past_.size()) {
    listener.tell("event: missed\ndata: {}\n\n");
    return;
  }
  for (auto i = seen + 1; i < past_.size(); ++i) listener.tell(past_[i].text);
}

}  // namespace lgtmwatch
