#include "tests/init/recorded_answers.hpp"

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "probes/alloy/alloy_components.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string recorded_body(const std::string& recording, const std::string& path) {
  const std::string folder = source_dir() + "/tests/recordings/" + recording + "/";
  const auto index = boost::json::parse(read_all(folder + "index.json"));
  for (const auto& exchange : index.at("exchanges").as_array())
    if (exchange.at("path").as_string() == path && exchange.at("status").as_int64() == 200)
      return read_all(folder + exchange.at("body_file").as_string().c_str());
  throw std::runtime_error(recording + " has no answer to " + path);
}

AlloyAnswers recorded_alloy() {
  const std::string list = "/api/v0/web/components";
  AlloyAnswers answers;
  answers.components = parse_alloy_components(recorded_body("alloy-components", list)).value();
  for (auto& component : answers.components.components) {
    if (!is_asked_by_init(component.id)) continue;
    const auto body = recorded_body("alloy-components", list + "/" + component.id);
    read_alloy_arguments(body, component);
    answers.details[component.id] = read_alloy_details(body);
    if (component.id.starts_with("loki.source.file."))
      answers.files.push_back(parse_file_component(component.id, body).value());
  }
  return answers;
}

FoundAlloy alloy_at(const std::string& host) {
  const auto url = Url::parse("http://" + host + ":12345").value();
  return read_alloy("gateway", url, recorded_alloy());
}

std::vector<ListedDatasource> recorded_datasources() {
  return parse_listed_datasources(recorded_body("grafana-datasources", "/api/datasources")).value();
}

}  // namespace lgtmwatch
