#include "ages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace lgtmwatch::test {
namespace {

Reply lines(Bench& bench, const std::string& selector) {
  const auto start = std::to_string(bench.now_ns() - 3'600'000'000'000);
  const auto end = std::to_string(bench.now_ns() + 600'000'000'000);
  return bench.get("loki", "/loki/api/v1/query_range?limit=1&direction=backward&start=" + start + "&end=" + end +
                               "&query=" + escaped(selector));
}

}  // namespace

double age_of_lines(Bench& bench, const std::string& selector) {
  const auto body = lines(bench, selector).json();
  const auto& result = body.at("data").at("result").as_array();
  if (result.empty()) return -1;
  const auto& time = result.at(0).at("values").at(0).at(0).as_string();
  return static_cast<double>(bench.now_ns() - std::stoll(std::string(time.data(), time.size()))) / 1e9;
}

double age_of_metrics(Bench& bench) {
  const auto time = std::to_string(static_cast<double>(bench.now_ns()) / 1e9);
  const auto body =
      bench
          .get("mimir", "/prometheus/api/v1/query?time=" + time + "&query=" + escaped(R"({job="scanium-backend"}[1h])"))
          .json();
  const auto& result = body.at("data").at("result").as_array();
  if (result.empty()) return -1;
  const auto& values = result.at(0).at("values").as_array();
  return static_cast<double>(bench.now_ns()) / 1e9 - values.at(values.size() - 1).at(0).to_number<double>();
}

double age_of_traces(Bench& bench) {
  const auto seconds = bench.now_ns() / 1'000'000'000;
  const auto body =
      bench
          .get("tempo", "/api/search?limit=1&spss=1&start=" + std::to_string(seconds - 3600) +
                            "&end=" + std::to_string(seconds - 30) +
                            "&q=" + escaped(R"({resource.service.name="scanium-backend"} with (most_recent=true))"))
          .json();
  const auto& traces = body.at("traces").as_array();
  if (traces.empty()) return -1;
  const auto& time = traces.at(0).at("startTimeUnixNano").as_string();
  return static_cast<double>(bench.now_ns() - std::stoll(std::string(time.data(), time.size()))) / 1e9;
}

}  // namespace lgtmwatch::test
