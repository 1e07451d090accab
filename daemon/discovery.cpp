#include "daemon/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "daemon/base/file_pattern.hpp"
#include "daemon/base/on_worker.hpp"
#include "daemon/config_file.hpp"
#include "daemon/net/net_clients.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

using Documents = std::map<std::string, std::vector<Target>>;

constexpr Duration look_every = std::chrono::seconds(5);
constexpr std::size_t longest_answer = 4u << 20;

std::string source_of(const HttpDiscoveryPlan& plan) { return plan.page.text(); }

TargetFormat format_of(const fs::path& file) {
  return file.extension() == ".json" ? TargetFormat::json : TargetFormat::yaml;
}

// Where something is wrong, what was known stays.
void take_document(const std::string& name, ParsedTargets parsed, const Documents& known, SourceLook& seen) {
  const bool is_good = parsed.problems.empty();
  std::move(parsed.problems.begin(), parsed.problems.end(), std::back_inserter(seen.problems));
  if (is_good) {
    seen.documents[name] = std::move(parsed.targets);
  } else if (const auto old = known.find(name); old != known.end()) {
    seen.documents[name] = old->second;
  }
}

ParsedTargets without(const std::string& where, std::string what, std::string hint = {}) {
  return {{}, {{where, std::move(what), std::move(hint)}}};
}

ParsedTargets read_targets(const std::string& file) {
  const auto text = read_file(file);
  if (!text) return without(file, text.error().what, text.error().hint);
  return parse_targets(*text, file, format_of(file));
}

ParsedTargets targets_in(const Result<HttpResponse>& answer, const std::string& source) {
  if (!answer) return without(source, answer.error().what, answer.error().hint);
  if (answer->status != 200)
    return without(source, fmt::format("answered {}", answer->status), "200 with a JSON list is expected");
  return parse_targets(answer->body, source, TargetFormat::json);
}

// A coroutine of its own, so that the worker does it.
asio::awaitable<SourceLook> look_there(FileDiscoveryPlan plan, Documents known) {
  co_return look_at_files(plan, std::move(known));
}

asio::awaitable<SourceLook> ask_there(HttpClient& http, HttpDiscoveryPlan plan, Documents known, Tick now) {
  HttpRequest request(plan.page.target());
  request.connection = Connection::fresh;
  request.body_limit = longest_answer;
  request.headers.emplace_back("Accept", "application/json");
  const Deadline deadline(now + plan.timeout);
  const auto exchange = co_await http.send(plan.server, std::move(request), deadline);
  SourceLook seen;
  const auto source = source_of(plan);
  auto parsed = targets_in(exchange.answer, source);
  take_document(source, std::move(parsed), known, seen);
  co_return seen;
}

}  // namespace

SourceLook look_at_files(const FileDiscoveryPlan& plan, Documents known) {
  const fs::path pattern(plan.pattern);
  const auto folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
  SourceLook seen;
  if (pattern.filename().string().find_first_of("*?[{") == std::string::npos) {
    take_document(plan.pattern, read_targets(plan.pattern), known, seen);
    return seen;
  }
  std::error_code code;
  std::vector<std::string> files;
  for (auto entry = fs::directory_iterator(folder, code); !code && entry != fs::directory_iterator();
       entry.increment(code)) {
    if (fits_file_pattern(pattern.filename().string(), entry->path().filename().string()))
      files.push_back((pattern.parent_path() / entry->path().filename()).string());
  }
  if (code) {
    seen.documents = std::move(known);
    seen.problems.push_back({plan.pattern,
                             fmt::format("the folder {} cannot be read: {}", folder.string(), code.message()),
                             "check the path and the permissions"});
    return seen;
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) take_document(file, read_targets(file), known, seen);
  return seen;
}

FirstLook look_everywhere(const DiscoveryPlan& plan, bool asks_servers) {
  FirstLook first;
  const auto note = [&](const std::string& source, SourceLook seen) {
    first.found[source] = std::move(seen.documents);
    std::move(seen.problems.begin(), seen.problems.end(), std::back_inserter(first.problems));
  };
  for (const auto& files : plan.files) note(files.pattern, look_at_files(files, {}));
  if (!asks_servers || plan.http.empty()) return first;
  asio::io_context io(1);
  const auto net = make_net_clients(io.get_executor());
  const SystemClock clock;
  for (const auto& each : plan.http)
    asio::co_spawn(io, ask_there(net->http(), each, {}, clock.now()),
                   [&, source = source_of(each)](std::exception_ptr thrown, SourceLook seen) {
                     if (thrown) std::rethrow_exception(thrown);
                     note(source, std::move(seen));
                   });
  io.run();
  return first;
}

Discovery::Discovery(DiscoveryPlan plan, FoundTargets found, DiscoveryParts parts)
    : plan_(std::make_shared<const DiscoveryPlan>(std::move(plan))),
      found_(std::move(found)),
      handed_on_(found_),
      parts_(std::move(parts)) {}

void Discovery::follow(DiscoveryPlan plan) {
  plan_ = std::make_shared<const DiscoveryPlan>(std::move(plan));
  asked_.clear();
  handed_on_.clear();
}

asio::awaitable<void> Discovery::run() {
  while (true) {
    const auto plan = plan_;
    co_await look(plan);
    forget_others(*plan);
    if (plan == plan_ && found_ != handed_on_) {
      handed_on_ = found_;
      auto taking = parts_.take(found_);
      co_await std::move(taking);
    }
    auto pause = look_every;
    for (const auto& files : plan->files) pause = std::min(pause, files.refresh_interval);
    for (const auto& http : plan->http) pause = std::min(pause, http.refresh_interval);
    const auto next = parts_.clock.now() + pause;
    co_await parts_.clock.sleep_until(next);
  }
}

asio::awaitable<void> Discovery::look(std::shared_ptr<const DiscoveryPlan> plan) {
  for (const auto& files : plan->files) {
    auto looking = look_there(files, found_[files.pattern]);
    auto seen = co_await on_worker(parts_.worker, std::move(looking));
    note(files.pattern, std::move(seen));
  }
  for (const auto& http : plan->http) {
    const auto asked = asked_.find(source_of(http));
    if (asked == asked_.end() || parts_.clock.now() - asked->second >= http.refresh_interval) co_await ask(http);
  }
}

asio::awaitable<void> Discovery::ask(const HttpDiscoveryPlan& plan) {
  const auto source = source_of(plan);
  asked_[source] = parts_.clock.now();
  auto asking = ask_there(parts_.http, plan, found_[source], asked_[source]);
  auto seen = co_await std::move(asking);
  note(source, std::move(seen));
}

void Discovery::note(const std::string& source, SourceLook seen) {
  found_[source] = std::move(seen.documents);
  parts_.self.discovery[source] = seen.problems.empty();
  auto& told = told_[source];
  if (told == seen.problems) return;
  for (const auto& problem : seen.problems)
    parts_.log.error(problem.what, {{"where", problem.where}, {"hint", problem.hint}});
  if (seen.problems.empty()) {
    parts_.log.info("stacks can be looked for again", {{"source", source}});
  } else {
    parts_.log.error("what is there cannot be used; what was found there before stays in force", {{"source", source}});
  }
  told = std::move(seen.problems);
}

void Discovery::forget_others(const DiscoveryPlan& plan) {
  const auto is_other = [&](const auto& entry) {
    const auto& source = entry.first;
    return std::none_of(plan.files.begin(), plan.files.end(),
                        [&](const FileDiscoveryPlan& each) { return each.pattern == source; }) &&
           std::none_of(plan.http.begin(), plan.http.end(),
                        [&](const HttpDiscoveryPlan& each) { return source_of(each) == source; });
  };
  std::erase_if(found_, is_other);
  std::erase_if(told_, is_other);
  std::erase_if(parts_.self.discovery, is_other);
}

}  // namespace lgtmwatch
