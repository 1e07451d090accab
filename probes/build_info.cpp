#include "probes/build_info.hpp"

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr auto slowest = std::chrono::minutes(5);
constexpr const char* unknown_version = "unknown";
constexpr std::size_t longest_version = 80;

class BuildInfoProbe final : public Probe {
 public:
  BuildInfoProbe(ProbePlan plan, std::string path) : Probe(std::move(plan)), path_(std::move(path)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto response = co_await asker.ask(HttpRequest(path_));
    if (!response) co_return response.error();
    if (response->status == 404) co_return BuildInfo{unknown_version};
    if (response->status != 200) co_return status_error(*response, plan().endpoint.url.address());
    auto info = parse_build_info(response->body);
    if (!info) co_return info.error();
    co_return *info;
  }

 private:
  std::string path_;
};

}  // namespace

Result<BuildInfo> parse_build_info(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto nested = root.member("data");
  const auto version = (nested ? *nested : root).member("version");
  if (!version) return version.error();
  auto text = version->string();
  if (!text) return text.error();
  return BuildInfo{text->empty() ? unknown_version : shown_text(*text, longest_version)};
}

std::unique_ptr<Probe> make_build_info_probe(ProbePlan plan, std::string path) {
  if (plan.interval < slowest) plan.interval = slowest;
  return std::make_unique<BuildInfoProbe>(std::move(plan), std::move(path));
}

}  // namespace lgtmwatch
