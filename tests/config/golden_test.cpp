// Every file in bad/ is refused with exactly the text of its .expected file.
// After an intended change: config_tests '[update]' writes them anew; read the difference before it is kept.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/config/support.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(source_dir()) / "tests/config/bad";

std::vector<fs::path> bad_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

FakeEnvironment environment() {
  return {{},
          {{"/secrets/password", "geheim\n"},
           {"/secrets/token", "geheim\n"},
           {"empty", "\n"},
           {"empty.pem", ""},
           {"words.pem", "geheim\n"},
           {"certificate.pem", "-----BEGIN CERTIFICATE-----\ngeheim\n-----END CERTIFICATE-----\n"},
           {"cut-off.pem", "-----BEGIN CERTIFICATE-----\ngeheim\n"},
           {"key.pem", "-----BEGIN EC PRIVATE KEY-----\ngeheim\n-----END EC PRIVATE KEY-----\n"},
           {"passphrase.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\ngeheim\n-----END ENCRYPTED PRIVATE KEY-----\n"},
           {"old-passphrase.pem",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\ngeheim\n-----END RSA PRIVATE KEY-----\n"}}};
}

LoadedConfig load(const fs::path& file, const std::string& source) {
  const auto outside = environment();
  return load_config(source, file.filename().string(), outside.get());
}

fs::path expected_of(fs::path file) { return file.replace_extension(".expected"); }

TEST_CASE("Every bad configuration is refused with the errors that are expected of it") {
  const auto files = bad_files();
  REQUIRE(files.size() >= 40);
  for (const auto& file : files) {
    INFO(file.filename().string());
    const auto source = read_source_file(file);
    const auto loaded = load(file, source);
    CHECK(!loaded.plan);
    CHECK(loaded.effective.empty());
    CHECK(has_errors(loaded));
    CHECK(render_all(loaded, file.filename().string(), source) == read_source_file(expected_of(file)));
  }
}

TEST_CASE("No error of a bad configuration shows a secret") {
  for (const auto& file : bad_files()) {
    INFO(file.filename().string());
    const auto source = read_source_file(file);
    CHECK(render_all(load(file, source), file.filename().string(), source).find("geheim") == std::string::npos);
  }
}

TEST_CASE("The expected errors are written anew", "[.update]") {
  for (const auto& file : bad_files()) {
    const auto source = read_source_file(file);
    std::ofstream(expected_of(file), std::ios::binary)
        << render_all(load(file, source), file.filename().string(), source);
  }
}

}  // namespace
}  // namespace lgtmwatch
