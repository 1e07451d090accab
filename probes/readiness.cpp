#include "probes/readiness.hpp"

#include <fmt/format.h>

#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

class ReadinessProbe final : public Probe {
 public:
  ReadinessProbe(ProbePlan plan, std::string path) : Probe(std::move(plan)), path_(std::move(path)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request(path_);
    request.connection = Connection::fresh;
    auto response = co_await asker.ask(std::move(request));
    if (!response) co_return response.error();
    auto readiness = judge_readiness(*response, plan().endpoint.url.address());
    if (!readiness) co_return readiness.error();
    co_return *readiness;
  }

 private:
  std::string path_;
};

}  // namespace

Result<Readiness> judge_readiness(const HttpResponse& response, const std::string& address) {
  if (response.status == 200) {
    const auto said = first_line(response.body);
    if (said.find("ready") != std::string::npos || said.find("Ready") != std::string::npos) return Readiness{true, {}};
    return Error(Phase::content, Reason::mismatch,
                 fmt::format("{} answered 200, but not that it is ready: \"{}\"", address, said),
                 "check that the url is that of this component");
  }
  if (const auto gateway = gateway_error(response, address)) return *gateway;
  if (response.status != 503) return status_error(response, address);
  const auto why = first_line(response.body);
  return Readiness{false, why.empty() ? "it answered 503 without a reason" : why};
}

std::unique_ptr<Probe> make_readiness_probe(ProbePlan plan, std::string path) {
  return std::make_unique<ReadinessProbe>(std::move(plan), std::move(path));
}

}  // namespace lgtmwatch
