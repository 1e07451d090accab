#include "daemon/commands/init_contents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/commands/init_doors.hpp"
#include "daemon/model/own.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/tempo/tempo_services.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using std::chrono::duration_cast;
using std::chrono::seconds;
using Times = std::vector<WallTime>;

constexpr auto window = std::chrono::hours(1);
constexpr std::size_t most_asked = 40;  // of each backend
constexpr int lines_asked = 100;
constexpr int traces_asked = 20;

bool is_application(std::string_view name) {
  return !name.empty() && name != canary_service_name && !name.starts_with(no_service_name);
}

void bound(std::vector<std::string>& names, std::string_view what, Notes& notes) {
  if (names.size() <= most_asked) return;
  notes.push_back(fmt::format("{} has {} more {}, which were not asked for", what, names.size() - most_asked,
                              what == "Mimir" ? "jobs" : "services"));
  names.resize(most_asked);
}

void keep(Seen seen, const Result<Times>& times, WallTime now, Contents& contents) {
  if (times) {
    seen.rhythm = rhythm_of(*times, now);
  } else {
    seen.trouble = "it could not be asked: " + times.error().what;
  }
  contents.seen.push_back(std::move(seen));
}

void leave_to_the_stack(Seen seen, Contents& contents) {
  seen.trouble = "by its name it is a part of the stack itself, and no application";
  contents.seen.push_back(std::move(seen));
}

std::string range_in_ns(WallTime now) {
  const auto end = now.time_since_epoch();
  return fmt::format("start={}&end={}", (end - window).count(), end.count());
}

std::string range_in_seconds(WallTime now) {
  const auto end = duration_cast<seconds>(now.time_since_epoch());
  return fmt::format("start={}&end={}", (end - duration_cast<seconds>(window)).count(), end.count());
}

Seen seen_in(const LogStream& stream) {
  Seen seen;
  seen.signal = Signal::logs;
  seen.source = stream.service.empty() ? stream.container : stream.service;
  if (!stream.container.empty()) {
    seen.origin = Origin::container;
    seen.detail = stream.container;
  } else if (!stream.file.empty()) {
    seen.origin = Origin::file;
    seen.detail = stream.file;
  }
  return seen;
}

std::string selector_of(const Seen& seen) {
  switch (seen.origin) {
    case Origin::container: return fmt::format("{{container={}}}", promql_string(seen.detail));
    case Origin::file: return fmt::format("{{filename={}}}", promql_string(seen.detail));
    default: return fmt::format("{{service_name={},container=\"\",filename=\"\"}}", promql_string(seen.source));
  }
}

asio::awaitable<Result<Times>> ask_lines(Asker& asker, std::string prefix, std::string selector) {
  const auto now = asker.now();
  auto request = long_answer(fmt::format("{}/loki/api/v1/query_range?query={}&limit={}&direction=backward&{}", prefix,
                                         percent_encode(selector), lines_asked, range_in_ns(now)));
  auto response = co_await asker.ask_ok(std::move(request));
  if (!response) co_return response.error();
  co_return parse_line_times(response->body);
}

asio::awaitable<Result<Times>> ask_traces(Asker& asker, std::string prefix, std::string service) {
  const auto now = asker.now();
  const auto query = fmt::format("{{resource.service.name={}}} with (most_recent=true)", promql_string(service));
  auto request = long_answer(fmt::format("{}/api/search?q={}&limit={}&spss=1&{}", prefix, percent_encode(query),
                                         traces_asked, range_in_seconds(now)));
  auto response = co_await asker.ask_ok(std::move(request));
  if (!response) co_return response.error();
  co_return parse_trace_times(response->body);
}

asio::awaitable<Result<Times>> ask_samples(Asker& asker, std::string prefix, std::string series) {
  const auto now = asker.now();
  auto request = long_answer(instant_query(prefix, series + "[10m]", now));
  auto response = co_await asker.ask_ok(std::move(request));
  if (!response) co_return response.error();
  co_return parse_sample_times(response->body);
}

asio::awaitable<std::set<std::string>> ask_own_jobs(Asker& asker, std::string prefix) {
  std::set<std::string> own;
  const auto query = fmt::format("count by (job) ({})", own_build_info);
  HttpRequest request(instant_query(prefix, query, asker.now()));
  auto response = co_await asker.ask_ok(std::move(request));
  if (!response) co_return own;
  const auto found = parse_vector(response->body);
  if (!found) co_return own;
  for (const auto& entry : *found) own.insert(entry.job);
  co_return own;
}

// What is sent by OTLP has target_info, what is scraped has up.
asio::awaitable<void> look_at_job(Asker& asker, std::string prefix, std::string job, Contents& contents) {
  Seen seen;
  seen.source = job.substr(job.find('/') == std::string::npos ? 0 : job.find('/') + 1);
  if (seen.source != job) seen.detail = job;
  const auto selector = fmt::format("{{job={}}}", promql_string(job));
  auto times = co_await ask_samples(asker, prefix, "target_info" + selector);
  if (times && times->empty()) {
    times = co_await ask_samples(asker, prefix, "up" + selector);
    seen.origin = Origin::scrape;
  }
  if (times && times->empty())
    seen.trouble = "it has neither target_info nor up of the last 10m, from which its pace could be told";
  keep(std::move(seen), times, asker.now(), contents);
}

}  // namespace

asio::awaitable<Contents> look_into_loki(Asker& asker, std::string prefix, std::set<std::string> stack_jobs) {
  Contents contents;
  auto request = long_answer(fmt::format("{}/loki/api/v1/series?match%5B%5D={}&{}", prefix,
                                         percent_encode("{service_name=~\".+\"}"), range_in_ns(asker.now())));
  auto response = co_await asker.ask_ok(std::move(request));
  const auto streams = response ? parse_log_streams(response->body) : Result<std::vector<LogStream>>(response.error());
  if (!streams) {
    contents.notes.push_back("which logs Loki holds could not be asked: " + streams.error().what);
    co_return contents;
  }
  std::set<std::string> asked;
  for (const auto& stream : *streams) {
    auto seen = seen_in(stream);
    const auto selector = selector_of(seen);
    if (!is_application(seen.source) || asked.contains(selector)) continue;
    if (is_of_the_stack(seen.source, stack_jobs) || is_of_the_stack(seen.detail, stack_jobs)) {
      asked.insert(selector);
      leave_to_the_stack(std::move(seen), contents);
      continue;
    }
    if (asked.size() == most_asked) {
      contents.notes.push_back(fmt::format("Loki has more than {} sources; the others were not asked for", most_asked));
      break;
    }
    asked.insert(selector);
    auto times = co_await ask_lines(asker, prefix, selector);
    keep(std::move(seen), times, asker.now(), contents);
  }
  co_return contents;
}

asio::awaitable<Contents> look_into_tempo(Asker& asker, std::string prefix, std::set<std::string> stack_jobs) {
  Contents contents;
  auto request = long_answer(
      fmt::format("{}/api/v2/search/tag/resource.service.name/values?{}", prefix, range_in_seconds(asker.now())));
  auto response = co_await asker.ask_ok(std::move(request));
  auto services = response ? parse_tempo_services(response->body) : Result<std::vector<std::string>>(response.error());
  if (!services) {
    contents.notes.push_back("which services have traces in Tempo could not be asked: " + services.error().what);
    co_return contents;
  }
  std::erase_if(*services, [](const std::string& name) { return !is_application(name); });
  bound(*services, "Tempo", contents.notes);
  for (const auto& service : *services) {
    Seen seen;
    seen.signal = Signal::traces;
    seen.source = service;
    if (is_of_the_stack(service, stack_jobs)) {
      leave_to_the_stack(std::move(seen), contents);
      continue;
    }
    auto times = co_await ask_traces(asker, prefix, service);
    keep(std::move(seen), times, asker.now(), contents);
  }
  co_return contents;
}

asio::awaitable<Contents> look_into_mimir(Asker& asker, std::string prefix, std::set<std::string> stack_jobs) {
  Contents contents;
  const auto end = asker.now();
  auto request = long_answer(fmt::format("{}/api/v1/label/job/values?start={:.3f}&end={:.3f}", prefix,
                                         unix_seconds(end - window), unix_seconds(end)));
  auto response = co_await asker.ask_ok(std::move(request));
  auto jobs = response ? parse_string_list(response->body) : Result<std::vector<std::string>>(response.error());
  if (!jobs) {
    contents.notes.push_back("which jobs Mimir holds could not be asked: " + jobs.error().what);
    co_return contents;
  }
  const auto own = co_await ask_own_jobs(asker, prefix);
  std::erase_if(*jobs, [&](const std::string& job) {
    const auto name = std::string_view(job).substr(job.find('/') == std::string::npos ? 0 : job.find('/') + 1);
    return stack_jobs.contains(job) || own.contains(job) || !is_application(name);
  });
  bound(*jobs, "Mimir", contents.notes);
  for (const auto& job : *jobs) co_await look_at_job(asker, prefix, job, contents);
  co_return contents;
}

}  // namespace lgtmwatch
