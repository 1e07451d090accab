// lgtmwatch-corpus: plays scenarios and says of each whether what had to be found was found, and nothing else.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/corpus/table.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::corpus;
namespace fs = std::filesystem;

std::vector<fs::path> files_in(const std::vector<std::string>& places) {
  std::vector<fs::path> files;
  for (const auto& place : places) {
    if (!fs::is_directory(place)) files.emplace_back(place);
    if (!fs::is_directory(place)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(place))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Played> play_file(const fs::path& file, bool tells_all) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Error(Phase::content, Reason::not_found, fmt::format("cannot read {}", file.string()));
  auto scenario = read_scenario(file.stem().string(), text);
  if (!scenario) return scenario.error();
  const auto sightings = play(*scenario);
  if (!sightings) return sightings.error();
  if (tells_all)
    for (const auto& seen : *sightings) fmt::print(stderr, "       {}\n", described(seen));
  auto judgement = judge(*scenario, *sightings);
  return Played{std::move(*scenario), std::move(judgement)};
}

int run(const std::vector<std::string>& places, bool prints_table, bool tells_all) {
  std::vector<Played> all;
  int failed = 0;
  const auto files = files_in(places);
  for (const auto& file : files) {
    auto played = play_file(file, tells_all);
    const auto complaints =
        played ? played->judgement.complaints : std::vector<std::string>{played.error().what, played.error().hint};
    fmt::print(stderr, "{} {}\n", complaints.empty() ? "ok    " : "FAILED", file.stem().string());
    for (const auto& complaint : complaints) fmt::print(stderr, "       {}\n", complaint);
    if (!complaints.empty()) ++failed;
    if (played) all.push_back(std::move(*played));
  }
  fmt::print(stderr, "{} of {} scenarios passed\n", files.size() - failed, files.size());
  if (prints_table) fmt::print("{}", table_of(all));
  return failed == 0 && !files.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> places;
  bool prints_table = false;
  bool tells_all = false;
  CLI::App app("Plays scenarios of the corpus and says what was found.");
  app.add_option("PLACE", places, "files of scenarios, or folders of them")->required()->check(CLI::ExistingPath);
  app.add_flag("--table", prints_table, "prints the result as a table of causes");
  app.add_flag("--findings", tells_all, "tells of every finding when it stood");
  try {
    app.parse(argc, argv);
    return run(places, prints_table, tells_all);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "lgtmwatch-corpus: {}\n", error.what());
    return 1;
  }
}
