// Receivers that are files, and what their counters tell.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;

const std::string reader = "loki.source.file.files";
const std::string path = "/var/log/app/a.log";

AlloyScraper reading(std::size_t targets, std::vector<TailedTarget> tailed) {
  AlloyScraper scraper;
  scraper.targets = targets;
  scraper.tailed = std::move(tailed);
  scraper.read_by = {reader};
  return scraper;
}

Scrape lines(double of_file, double of_another) {
  return Scrape()
      .count(CounterKind::scraper_entries, reader, Signal::logs, 0)
      .count(CounterKind::scraper_entries, reader, Signal::logs, of_file, path)
      .count(CounterKind::scraper_entries, reader, Signal::logs, of_another, "/var/log/app/b.log");
}

struct WithFile : Watched {
  WithFile() { with_file("app-files", path); }
};

}  // namespace

TEST_CASE("A file that is tailed is well, also while it has no new lines") {
  WithFile stack;
  stack.found("alloy_scraper", "app-files", reading(1, {{path, "", true, "9"}}));
  stack.scrapes({lines(1, 1), lines(1, 1), lines(1, 1)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A file that is not there is matched by nothing") {
  WithFile stack;
  stack.found("alloy_scraper", "app-files", reading(0, {}));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"file-target-matches-nothing"});
  CHECK(verdict.findings[0].subject == "app-files");
  CHECK(verdict.findings[0].stage == Stage::receive);
  CHECK(verdict.findings[0].severity == Severity::warning);
  CHECK(verdict.findings[0].summary == "the scraper app-files matches no file: /var/log/app/a.log");
}

TEST_CASE("A file that is given and not read is told with what may be wrong with it") {
  WithFile stack;
  stack.found("alloy_scraper", "app-files", reading(1, {}));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"file-target-matches-nothing"});
  CHECK(verdict.findings[0].summary.find("tails none of its 1 files: /var/log/app/a.log") != std::string::npos);
  CHECK(verdict.findings[0].remedy[0].find("may read it") != std::string::npos);
}

TEST_CASE("A file that has been read to its end is no fault while nothing is silent") {
  WithFile stack;
  stack.found("alloy_scraper", "app-files", reading(1, {{path, "", false, "9"}}));
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A file that no loki.source.file reads names those that there are") {
  WithFile stack;
  AlloyScraper scraper;
  scraper.instead = {"loki.source.file.files reads /var/log/web/*.log"};
  stack.found("alloy_scraper", "app-files", scraper);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"file-target-matches-nothing"});
  CHECK(verdict.findings[0].summary ==
        "the scraper app-files tails nothing: no loki.source.file reads /var/log/app/a.log "
        "(loki.source.file.files reads /var/log/web/*.log)");
}

TEST_CASE("A file of which nothing could be found out is no finding") {
  WithFile stack;
  stack.failed("alloy_scraper", "app-files", Reason::mismatch);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Lines of another file of the same reader do not stand for those of a file") {
  WithFile stack;
  auto scraper = reading(0, {});
  scraper.reads_others = true;
  stack.found("alloy_scraper", "app-files", scraper);
  stack.scrapes({lines(1, 1), lines(1, 5)});
  CHECK(causes_of(stack.judge()) == Causes{"file-target-matches-nothing"});
  WithFile moves;
  moves.found("alloy_scraper", "app-files", scraper);
  moves.scrapes({lines(1, 1), lines(3, 1)});
  CHECK(moves.judge().findings.empty());
}

TEST_CASE("The lines of a file are counted, and those of a reader that reads nothing else are all of its lines") {
  const auto read = [](bool reads_others) {
    WithFile stack;
    auto scraper = reading(1, {{path, "", true, "9"}});
    scraper.reads_others = reads_others;
    stack.found("alloy_scraper", "app-files", scraper);
    stack.scrapes({lines(1, 1), lines(3, 8)});
    return stack.lines_read("app-files");
  };
  CHECK(read(true) == 2);
  CHECK(read(false) == 9);
}

}  // namespace lgtmwatch
