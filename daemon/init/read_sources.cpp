#include "daemon/init/read_sources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/url.hpp"
#include "daemon/init/read_alloy.hpp"
#include "daemon/model/stack_jobs.hpp"
#include "probes/mimir/mimir_api.hpp"

namespace lgtmwatch {
namespace {

bool carries(const FoundReceiver& receiver, Signal signal) {
  if (receiver.signals.empty()) return true;
  return std::find(receiver.signals.begin(), receiver.signals.end(), signal) != receiver.signals.end();
}

bool is_otlp(const FoundReceiver& receiver) {
  return receiver.kind == ReceiverKind::otlp_http || receiver.kind == ReceiverKind::otlp_grpc;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

class Sources {
 public:
  Sources(const std::vector<FoundAlloy>& alloys, const std::vector<ReceiverUse>& used,
          const std::vector<Container>& containers)
      : used_(used), containers_(containers) {
    for (const auto& alloy : alloys)
      for (const auto& receiver : alloy.receivers)
        if (receiver.why_not.empty()) receivers_.push_back(&receiver);
  }

  std::vector<FoundSource> read(const std::vector<Seen>& seen) {
    for (const auto& one : seen) source_of(one).ways.push_back(way_of(one));
    for (auto& source : sources_) leave_out_what_is_told_twice(source);
    for (auto& source : sources_) name_what_is_missing(source);
    return std::move(sources_);
  }

 private:
  FoundSource& source_of(const Seen& seen) {
    const auto found = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const FoundSource& each) { return each.name == seen.source; });
    auto& source = found == sources_.end() ? sources_.emplace_back() : *found;
    source.name = seen.source;
    if (seen.origin == Origin::container && seen.detail != seen.source) source.container = seen.detail;
    if (const auto* container = container_of_source(seen.source); container && source.container.empty())
      source.container = container->name;
    return source;
  }

  const Container* container_of_source(const std::string& name) const {
    const auto fits = [&](const Container& each) {
      const auto variable = each.environment.find("OTEL_SERVICE_NAME");
      return each.name == name || (variable != each.environment.end() && variable->second == name);
    };
    const auto found = std::find_if(containers_.begin(), containers_.end(), fits);
    return found == containers_.end() ? nullptr : &*found;
  }

  FoundWay way_of(const Seen& seen) const {
    FoundWay way;
    way.signal = seen.signal;
    way.max_age = max_age_from(seen.signal, seen.rhythm);
    const auto& rhythm = seen.rhythm;
    if (!seen.trouble.empty()) {
      way.why_not = seen.trouble;
    } else if (rhythm.records == 0) {
      way.why_not = "nothing came of it in the last hour";
    } else if (!way.max_age) {
      way.why_not = fmt::format("only {} came in the last hour, {} ago: no max_age can be told from that",
                                rhythm.records, format_age(rhythm.age));
    } else {
      way.said = fmt::format("the newest {} old, never more than {} apart", format_age(rhythm.age),
                             format_age(rhythm.longest_gap));
    }
    if (seen.signal == Signal::metrics && !seen.detail.empty())
      way.selector = fmt::format("{{job={}}}", promql_string(seen.detail));
    if (seen.source.find('@') != std::string::npos || seen.source.starts_with("canary/"))
      way.why_not =
          "the name of a source holds no '@' and does not begin with 'canary/': give it another, and a selector";
    set_receiver(way, seen);
    return way;
  }

  void set_receiver(FoundWay& way, const Seen& seen) const {
    std::vector<const FoundReceiver*> fitting;
    for (const auto* receiver : receivers_)
      if (fits(*receiver, seen)) fitting.push_back(receiver);
    if (seen.origin == Origin::otlp && fitting.size() > 1) fitting = the_likely_ones(fitting, seen);
    if (fitting.size() == 1) {
      way.receiver = fitting.front()->name;
      return;
    }
    if (seen.origin == Origin::container) way.selector = fmt::format("{{container={}}}", promql_string(seen.detail));
    if (seen.origin == Origin::file) way.selector = fmt::format("{{filename={}}}", promql_string(seen.detail));
    std::string names;
    for (const auto* receiver : fitting) names += (names.empty() ? "" : ", ") + receiver->name;
    const auto why = fitting.empty() ? std::string("no receiver was found that it comes by")
                                     : fmt::format("its receiver is one of {}, which of them could not be told", names);
    way.said += (way.said.empty() ? "" : "; ") + why;
  }

  static bool fits(const FoundReceiver& receiver, const Seen& seen) {
    switch (seen.origin) {
      case Origin::otlp: return is_otlp(receiver) && carries(receiver, seen.signal);
      case Origin::container: return receiver.component.starts_with("loki.source.docker.");
      case Origin::file: return receiver.kind == ReceiverKind::file && receiver.address == seen.detail;
      case Origin::scrape: break;
    }
    return std::any_of(receiver.scraped.begin(), receiver.scraped.end(), [&](const ScrapeTarget& target) {
      return target.job == (seen.detail.empty() ? seen.source : seen.detail);
    });
  }

  // Those that the application is told to send to; where Docker does not tell, those that took anything.
  std::vector<const FoundReceiver*> the_likely_ones(const std::vector<const FoundReceiver*>& fitting,
                                                    const Seen& seen) const {
    std::vector<const FoundReceiver*> told;
    std::vector<const FoundReceiver*> in_use;
    const auto port = port_sent_to(seen);
    for (const auto* receiver : fitting) {
      if (port != 0 && port_of(receiver->listens) == port) told.push_back(receiver);
      if (is_used(*receiver, seen.signal)) in_use.push_back(receiver);
    }
    if (told.size() == 1) return told;
    return in_use.empty() ? fitting : in_use;
  }

  int port_sent_to(const Seen& seen) const {
    const auto* container = container_of_source(seen.source);
    if (!container) return 0;
    for (const auto& name : {fmt::format("OTEL_EXPORTER_OTLP_{}_ENDPOINT", upper(to_string(seen.signal))),
                             std::string("OTEL_EXPORTER_OTLP_ENDPOINT")}) {
      const auto found = container->environment.find(name);
      if (found == container->environment.end()) continue;
      const auto url = Url::parse(found->second);
      return url ? url->port() : port_of(found->second);
    }
    return 0;
  }

  bool is_used(const FoundReceiver& receiver, Signal signal) const {
    const auto* transport = receiver.kind == ReceiverKind::otlp_grpc ? "grpc" : "http";
    return std::any_of(used_.begin(), used_.end(), [&](const ReceiverUse& use) {
      return use.component == receiver.component && use.transport == transport && use.signal == signal;
    });
  }

  // Several ways of one signal need a receiver each, and metrics and traces have one way only.
  static void leave_out_what_is_told_twice(FoundSource& source) {
    for (const auto signal : all_signals) {
      std::vector<FoundWay*> ways;
      for (auto& way : source.ways)
        if (way.signal == signal && way.why_not.empty()) ways.push_back(&way);
      if (ways.size() < 2) continue;
      const bool one_only = signal != Signal::logs || std::all_of(ways.begin(), ways.end(), [](const FoundWay* way) {
                              return way->receiver.empty();
                            });
      std::set<std::string> receivers;
      for (auto* way : ways) {
        if (one_only && way != ways.front()) way->why_not = "the source has another way for this signal already";
        if (!one_only && (way->receiver.empty() || !receivers.insert(way->receiver).second))
          way->why_not = "of several ways each needs a receiver of its own; " + way->said;
      }
    }
  }

  // A source that sends two signals by a receiver and not the third: it may be so, or it may be what is broken now.
  void name_what_is_missing(FoundSource& source) const {
    for (const auto* receiver : receivers_) {
      std::vector<Signal> sent;
      std::optional<Duration> max_age;
      for (const auto& way : source.ways) {
        if (!is_active(way) || way.receiver != receiver->name) continue;
        sent.push_back(way.signal);
        max_age = std::max(max_age, way.max_age);
      }
      if (!is_otlp(*receiver) || sent.size() != 2) continue;
      FoundWay missing;
      for (const auto signal : all_signals)
        if (std::find(sent.begin(), sent.end(), signal) == sent.end()) missing.signal = signal;
      if (!carries(*receiver, missing.signal) || has_its_only_way(source, missing.signal)) continue;
      missing.receiver = receiver->name;
      missing.max_age = max_age;
      missing.why_not = fmt::format("its {} and {} come by {}, its {} do not. Where they should, that is broken now",
                                    to_string(sent[0]), to_string(sent[1]), receiver->name, to_string(missing.signal));
      source.ways.push_back(std::move(missing));
    }
  }

  static bool has_its_only_way(const FoundSource& source, Signal signal) {
    return signal != Signal::logs && std::any_of(source.ways.begin(), source.ways.end(),
                                                 [&](const FoundWay& way) { return way.signal == signal; });
  }

  const std::vector<ReceiverUse>& used_;
  const std::vector<Container>& containers_;
  std::vector<const FoundReceiver*> receivers_;
  std::vector<FoundSource> sources_;
};

std::string address_in(const std::string& url) {
  const auto parsed = Url::parse(url);
  return parsed ? parsed->address() : std::string();
}

}  // namespace

std::vector<ReceiverUse> receivers_in_use(const CounterReadings& readings) {
  std::vector<ReceiverUse> used;
  for (const auto& reading : readings.counters)
    if (reading.key.kind == CounterKind::receiver_accepted && reading.key.signal && reading.value > 0)
      used.push_back({reading.key.subject, reading.key.detail, *reading.key.signal});
  return used;
}

std::vector<FoundSource> read_sources(const std::vector<Seen>& seen, const std::vector<FoundAlloy>& alloys,
                                      const std::vector<ReceiverUse>& used, const std::vector<Container>& containers) {
  return Sources(alloys, used, containers).read(seen);
}

bool is_of_the_stack(std::string_view name, const std::set<std::string>& stack_jobs) {
  const auto last = [&] { return name.substr(name.find_last_of("-_") + 1); };
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (last().size() < name.size() && is_number(last())) name.remove_suffix(last().size() + 1);
  return stack_jobs.contains(std::string(name)) || stack_jobs.contains(std::string(last()));
}

std::vector<std::string> stack_jobs_of(const FoundStack& stack) {
  std::set<std::string> addresses;
  for (const auto& backend : stack.backends) addresses.insert(address_in(backend.url));
  if (stack.grafana) addresses.insert(address_in(stack.grafana->url));
  for (const auto& alloy : stack.alloys) addresses.insert(address_in(alloy.url));
  auto jobs = usual_stack_jobs();
  for (const auto& alloy : stack.alloys)
    for (const auto& receiver : alloy.receivers)
      for (const auto& target : receiver.scraped)
        if (!target.job.empty() && addresses.contains(address_in(target.url))) jobs.insert(target.job);
  if (jobs == usual_stack_jobs()) return {};
  return {jobs.begin(), jobs.end()};
}

}  // namespace lgtmwatch
