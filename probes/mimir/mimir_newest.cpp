#include "probes/mimir/mimir_newest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/json.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/newest.hpp"

namespace lgtmwatch {
namespace {

class MimirNewestProbe final : public Probe {
 public:
  MimirNewestProbe(ProbePlan plan, const MimirPlan& mimir, const Expectation& expectation)
      : Probe(std::move(plan)),
        mimir_(mimir),
        selector_(expectation.selector),
        max_age_(expectation.max_age),
        window_(newest_window(expectation.max_age)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    if (names_a_metric(selector_)) {
      auto named = co_await ask_newest(asker, selector_);
      if (!named) co_return named.error();
      NewestRecord newest{named->any, window_};
      const auto info = is_fresh(named->any, asker.now()) ? std::nullopt : target_info_of(selector_);
      if (!info) co_return newest;
      auto sent = co_await ask_newest(asker, *info);
      if (sent) newest.target_info = sent->any;
      co_return newest;
    }
    auto sent = co_await ask_newest(asker, "target_info" + selector_);
    if (!sent) co_return sent.error();
    if (is_fresh(sent->any, asker.now())) co_return NewestRecord{sent->any, window_};
    auto scraped = co_await ask_newest(asker, "up" + selector_);
    if (!scraped) co_return scraped.error();
    if (sent->any || scraped->any) co_return NewestRecord{std::max(sent->any, scraped->not_zero), window_};
    auto witness = co_await ask_any_series(asker);
    if (!witness) co_return witness.error();
    if (!*witness) co_return NewestRecord{std::nullopt, window_};
    auto other = co_await ask_newest(asker, **witness);
    if (!other) co_return other.error();
    co_return NewestRecord{other->any, window_};
  }

 private:
  bool is_fresh(const std::optional<WallTime>& sample, WallTime now) const {
    return sample && now - *sample <= max_age_;
  }

  boost::asio::awaitable<Result<NewestSamples>> ask_newest(Asker& asker, std::string series) const {
    const auto query =
        fmt::format("{}[{}s]", series, std::chrono::duration_cast<std::chrono::seconds>(window_).count());
    auto response = co_await asker.ask_ok(HttpRequest(instant_query(mimir_, query, asker.now())));
    if (!response) co_return response.error();
    co_return parse_newest_samples(response->body);
  }

  boost::asio::awaitable<Result<std::optional<std::string>>> ask_any_series(Asker& asker) const {
    const auto end = asker.now();
    HttpRequest request(fmt::format("{}/api/v1/series?match%5B%5D={}&start={:.3f}&end={:.3f}&limit=1",
                                    mimir_.api_prefix, percent_encode(selector_), unix_seconds(end - window_),
                                    unix_seconds(end)));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    co_return parse_first_series(response->body);
  }

  MimirPlan mimir_;
  std::string selector_;
  Duration max_age_;
  Duration window_;
};

}  // namespace

bool names_a_metric(std::string_view selector) {
  return !selector.starts_with('{') || selector.find("__name__") != std::string_view::npos;
}

std::optional<std::string> target_info_of(std::string_view selector) {
  constexpr std::string_view job = "job=\"";
  auto at = selector.find(job);
  while (at != std::string_view::npos && at > 0 &&
         std::string_view("{, ").find(selector[at - 1]) == std::string_view::npos)
    at = selector.find(job, at + 1);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  auto end = at + job.size();
  while (end < selector.size() && selector[end] != '"') end += selector[end] == '\\' ? 2 : 1;
  if (end >= selector.size()) return std::nullopt;
  return fmt::format("target_info{{{}}}", selector.substr(at, end + 1 - at));
}

Result<std::optional<std::string>> parse_first_series(std::string_view body) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  const JsonPath list(*data);
  const auto count = list.array_size();
  if (!count) return count.error();
  if (*count == 0) return std::optional<std::string>();
  const auto series = *list.element(0);
  if (!series.value().is_object()) return Error(Phase::content, Reason::parse, "data[0] is not a series");
  std::string selector;
  for (const auto& [name, value] : series.value().as_object()) {
    if (!value.is_string()) return Error(Phase::content, Reason::parse, "data[0] has a label that is not a string");
    const auto& text = value.as_string();
    selector += fmt::format("{}{}={}", selector.empty() ? "" : ",", std::string_view(name.data(), name.size()),
                            promql_string({text.data(), text.size()}));
  }
  return std::optional<std::string>("{" + selector + "}");
}

Probes make_mimir_newest(const StackPlan& stack) {
  Probes probes;
  for (const auto& expectation : stack.expectations) {
    if (expectation.signal != Signal::metrics || !stack.mimir) continue;
    auto plan = plan_for(stack, "mimir_newest", target_of(expectation), Component::mimir, *stack.mimir);
    probes.push_back(std::make_unique<MimirNewestProbe>(std::move(plan), *stack.mimir, expectation));
  }
  return probes;
}

}  // namespace lgtmwatch
