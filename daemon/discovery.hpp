// Discovery: looks for stacks where `stacks_from` says, in files and by HTTP, and hands on what it finds.
//
// What a source said last stays until it says something else: a file or an answer that cannot be used, a server that is
// away and a folder that cannot be read change nothing. What is wrong is logged once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/config/targets.hpp"
#include "daemon/log.hpp"
#include "daemon/model/discovery_plan.hpp"
#include "daemon/net/http.hpp"
#include "daemon/serve/self_metrics.hpp"

namespace lgtmwatch {

// One look at one source.
struct SourceLook {
  std::map<std::string, std::vector<Target>> documents;  // with those of `known` where they could not be read
  std::vector<TargetProblem> problems;
};

// Reads files, so not for the event loop.
SourceLook look_at_files(const FileDiscoveryPlan& plan, std::map<std::string, std::vector<Target>> known);

// What is at all sources now, or at those of files alone; returns when all have answered or their time is up.
struct FirstLook {
  FoundTargets found;
  std::vector<TargetProblem> problems;
};
FirstLook look_everywhere(const DiscoveryPlan& plan, bool asks_servers);

// All must outlive the Discovery.
struct DiscoveryParts {
  boost::asio::any_io_executor worker;
  HttpClient& http;
  const Clock& clock;
  Log& log;
  SelfMetrics& self;
  std::function<boost::asio::awaitable<void>(FoundTargets)> take;
};

class Discovery {
 public:
  Discovery(DiscoveryPlan plan, FoundTargets found, DiscoveryParts parts);

  // Files every 5 s, or as often as they are to be read where that is oftener; until it is cancelled.
  boost::asio::awaitable<void> run();
  // After a reload: looks there from now on.
  void follow(DiscoveryPlan plan);

 private:
  boost::asio::awaitable<void> look(std::shared_ptr<const DiscoveryPlan> plan);
  boost::asio::awaitable<void> ask(const HttpDiscoveryPlan& plan);
  void note(const std::string& source, SourceLook seen);
  void forget_others(const DiscoveryPlan& plan);

  std::shared_ptr<const DiscoveryPlan> plan_;
  FoundTargets found_;
  FoundTargets handed_on_;
  std::map<std::string, Tick> asked_;
  std::map<std::string, std::vector<TargetProblem>> told_;
  DiscoveryParts parts_;
};

}  // namespace lgtmwatch
