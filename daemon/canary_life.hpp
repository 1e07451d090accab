// CanaryKeeper::Life: a canary that the keeper follows. For the sources of the keeper alone.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "daemon/base/who_is_asked.hpp"
#include "daemon/canary_keeper.hpp"

namespace lgtmwatch {

struct CanaryKeeper::Life {
  Life(std::shared_ptr<Route> route_, CanaryForm form_, Tick born_, CanaryState state = {})
      : route(std::move(route_)), form(form_), plan(route->plan), machine(plan->patience, state), born(born_) {
    canary.labels = plan->labels;
    canary.fresh_label = form == CanaryForm::fresh_label;
    canary.filler = form == CanaryForm::large ? filler : 0;
    canary.unordered = form == CanaryForm::unordered;
    canary.stack = route->name.stack;
    canary.id.route = route->name.route;
  }
  Record& record() const { return route->records[form]; }
  std::string where_read() const { return where_read(*plan); }
  static std::string where_read(const CanaryRoutePlan& by) {
    return by.api_prefix + by.file + " " + who_is_asked(by.backend);
  }
  bool is_for_another_backend() const { return route->planned && where_read(*route->plan) != where_read(); }
  KeptRoute kept_route() const { return {route->name, route->next_sequence, route->tally}; }
  KeptCanary kept(Duration age) const {
    return {route->name, canary.id.run, canary.id.sequence, canary.written, form, age, where_read(), machine.state()};
  }

  // The lines of a file or of standard output go into the stream of whoever tails them.
  bool begins_a_series() const {
    const bool has_one = plan->entrance == CanaryEntrance::file || plan->entrance == CanaryEntrance::standard_output;
    if (has_one || plan->signal == Signal::traces) return false;
    return form == CanaryForm::fresh_label || route->tally.series == 0;
  }

  static constexpr const char* for_another_backend =
      "it was written for another backend or tenant than the configuration names now";
  static constexpr std::size_t filler = 3'500'000;  // bytes; gRPC servers take messages of 4 MiB by default

  std::shared_ptr<Route> route;
  CanaryForm form;
  std::shared_ptr<const CanaryRoutePlan> plan;  // as it was when it was written
  CanaryMachine machine;
  Tick born;
  wire::Canary canary;
  CanaryReport report;
  bool is_resumed = false;
};

// Throws where the caller is cancelled: what an operation that was cut off gives is no answer.
inline boost::asio::awaitable<void> stop_if_cancelled() { co_return; }

}  // namespace lgtmwatch
