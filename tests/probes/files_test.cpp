// Receivers that are files: which loki.source.file reads them, as a real Alloy described its own.
#include <catch2/catch.hpp>
#include <map>

#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/alloy/alloy_files.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {
namespace {

const std::string source = "loki.source.file.files";
const std::string match = "local.file_match.applog";

std::string recorded_body(const std::string& path) {
  return Recording("alloy-components", "a").answer("alloy", HttpRequest(path)).value().body;
}

FileComponent recorded(const std::string& id) {
  return parse_file_component(id, recorded_body("/api/v0/web/components/" + id)).value();
}

std::vector<GraphEdge> graph() { return parse_alloy_components(recorded_body("/api/v0/web/components")).value().graph; }

// The components that an Alloy has whose file is gone.
std::vector<FileComponent> without_the_file() {
  auto reader = recorded(source);
  reader.given.clear();
  reader.tailed.clear();
  return {reader, recorded(match)};
}

}  // namespace

TEST_CASE("A recorded file source tells which files it was given and reads") {
  const auto reader = recorded(source);
  CHECK(reader.given == std::vector<std::string>{"/var/log/app/a.log"});
  CHECK_FALSE(reader.finds_files);
  REQUIRE(reader.tailed.size() == 1);
  CHECK(reader.tailed[0].id == "/var/log/app/a.log");
  CHECK(reader.tailed[0].running);
  CHECK(reader.tailed[0].read_offset == "9");
  CHECK(recorded(match).given == std::vector<std::string>{"/var/log/app/*.log"});
}

TEST_CASE("A file is read by the source that is given it") {
  const auto scraper = scraper_of_file("/var/log/app/a.log", {recorded(source), recorded(match)}, graph());
  CHECK(scraper.read_by == std::vector<std::string>{source});
  CHECK(scraper.targets == 1);
  CHECK(scraper.tailed.size() == 1);
  CHECK(scraper.reads_others);  // whatever else is *.log
  CHECK(scraper.instead.empty());
}

TEST_CASE("A pattern of files is read by the source whose files it names") {
  const auto scraper = scraper_of_file("/var/log/app/*.log", {recorded(source), recorded(match)}, graph());
  CHECK(scraper.read_by == std::vector<std::string>{source});
  CHECK(scraper.targets == 1);
  CHECK_FALSE(scraper.reads_others);
}

TEST_CASE("A file that is gone is known by the pattern from which it came: it is read by a source without targets") {
  const auto scraper = scraper_of_file("/var/log/app/a.log", without_the_file(), graph());
  CHECK(scraper.read_by == std::vector<std::string>{source});
  CHECK(scraper.targets == 0);
  CHECK(scraper.tailed.empty());
}

TEST_CASE("A file that is gone may be one that is being rotated: it has to be confirmed") {
  const std::vector<FileComponent> all{recorded(source), recorded(match)};
  CHECK(is_good_news(scraper_of_file("/var/log/app/a.log", all, graph())));
  CHECK_FALSE(is_good_news(scraper_of_file("/var/log/app/a.log", without_the_file(), graph())));
  CHECK(is_good_news(scraper_of_file("/var/log/web/a.log", all, graph())));
}

TEST_CASE("A file that nothing reads names what is read instead") {
  const auto scraper = scraper_of_file("/var/log/web/a.log", {recorded(source), recorded(match)}, graph());
  CHECK(scraper.read_by.empty());
  CHECK(scraper.targets == 0);
  CHECK(scraper.instead == std::vector<std::string>{"loki.source.file.files reads /var/log/app/*.log"});
  const auto unconnected = scraper_of_file("/var/log/app/b.log", {recorded(source), recorded(match)}, {});
  CHECK(unconnected.instead == std::vector<std::string>{"loki.source.file.files reads /var/log/app/a.log"});
}

// The form of internal/component/loki/source/file: a block file_match { enabled = true }.
TEST_CASE("A source that finds its files itself is given patterns, and its files are those that it tails") {
  const auto body = [](const std::string& enabled) {
    return R"({"arguments":[
      {"name":"targets","type":"attr","value":{"type":"array","value":[{"type":"object","value":[
        {"key":"__path__","value":{"type":"string","value":"/var/log/**/*.log"}}]}]}},
      {"name":"file_match","type":"block","body":[
        {"name":"enabled","type":"attr","value":{"type":"bool","value":)" +
           enabled + R"(}}]}],"exports":[],"debugInfo":[]})";
  };
  const auto finds = parse_file_component(source, body("true")).value();
  CHECK(finds.finds_files);
  CHECK(scraper_of_file("/var/log/app/a.log", {finds}, {}).targets == 0);
  CHECK(scraper_of_file("/var/log/app/a.log", {finds}, {}).read_by.size() == 1);
  CHECK_FALSE(parse_file_component(source, body("false")).value().finds_files);
}

TEST_CASE("What is not as Alloy's unstable API answers today is an error, not a file that nothing reads") {
  CHECK(parse_file_component(source, "{}").error().reason == Reason::mismatch);
  CHECK(parse_file_component(match, R"({"arguments":[]})").error().reason == Reason::mismatch);
  CHECK(parse_file_component(source, "<html>").error().reason == Reason::parse);
}

TEST_CASE("Each file has a counter of its own, and a source without lines counts none") {
  const auto parsed = parse_alloy_metrics(
      "alloy_build_info{version=\"v1.0.0\"} 1\n"
      "loki_source_file_files_active_total{component_id=\"loki.source.file.files\"} 2\n"
      "loki_source_file_read_lines_total{component_id=\"loki.source.file.files\",path=\"/a\"} 3\n"
      "loki_source_file_read_lines_total{component_id=\"loki.source.file.files\",path=\"/b\"} 4\n");
  std::map<std::string, double> lines;
  for (const auto& reading : parsed.value().readings.counters)
    if (reading.key.kind == CounterKind::scraper_entries) lines[reading.key.detail] += reading.value;
  CHECK(lines == std::map<std::string, double>{{"", 0}, {"/a", 3}, {"/b", 4}});
}

}  // namespace lgtmwatch
