#include "daemon/base/file_pattern.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using lgtmwatch::fits_file_pattern;
using lgtmwatch::name_same_file;

TEST_CASE("A pattern names files as Alloy's own patterns do") {
  CHECK(fits_file_pattern("/var/log/app/*.log", "/var/log/app/a.log"));
  CHECK(fits_file_pattern("/var/log/app/*.log", "/var/log/app/.log"));
  CHECK(fits_file_pattern("/var/log/*/a.log", "/var/log/app/a.log"));
  CHECK(fits_file_pattern("/var/log/a?.log", "/var/log/a1.log"));
  CHECK(fits_file_pattern("/var/log/[a-c].log", "/var/log/b.log"));
  CHECK(fits_file_pattern("/var/log/[!a-c].log", "/var/log/d.log"));
  CHECK(fits_file_pattern("/var/log/{app,web}/*.{log,txt}", "/var/log/web/a.txt"));
  CHECK(fits_file_pattern("/var/log/**/a.log", "/var/log/a.log"));
  CHECK(fits_file_pattern("/var/log/**/a.log", "/var/log/app/1/a.log"));
  CHECK(fits_file_pattern("/var/log/**", "/var/log/app/1/a.log"));
  CHECK(fits_file_pattern("/var/log/\\*.log", "/var/log/*.log"));
  CHECK(fits_file_pattern("/var/log/[.log", "/var/log/[.log"));
}

TEST_CASE("A pattern names nothing else") {
  CHECK_FALSE(fits_file_pattern("/var/log/*.log", "/var/log/app/a.log"));
  CHECK_FALSE(fits_file_pattern("/var/log/*.log", "/var/log/a.log.1"));
  CHECK_FALSE(fits_file_pattern("/var/log?a.log", "/var/log/a.log"));
  CHECK_FALSE(fits_file_pattern("/var/log/[!a-c].log", "/var/log/b.log"));
  CHECK_FALSE(fits_file_pattern("/var/log/**/a.log", "/var/log/ba.log"));
  CHECK_FALSE(fits_file_pattern("/var/log/{app,web}/a.log", "/var/log/db/a.log"));
  CHECK_FALSE(fits_file_pattern("/var/log/\\*.log", "/var/log/a.log"));
  CHECK_FALSE(fits_file_pattern("", "/a"));
}

TEST_CASE("A hostile pattern costs no more than its length") {
  std::string stars;
  for (int i = 0; i < 100; ++i) stars += "*a";
  CHECK_FALSE(fits_file_pattern(stars, std::string(300, 'a') + "b"));
  CHECK_FALSE(fits_file_pattern(std::string(400, '{') + std::string(100, '}'), "/var/log/a.log"));
}

TEST_CASE("Two names are of the same file where either is a pattern of the other") {
  CHECK(name_same_file("/var/log/a.log", "/var/log/a.log"));
  CHECK(name_same_file("/var/log/a.log", "/var/log/*.log"));
  CHECK(name_same_file("/var/log/*.log", "/var/log/a.log"));
  CHECK(name_same_file("/var/log/[*.log", "/var/log/[*.log"));
  CHECK_FALSE(name_same_file("/var/log/a.log", "/var/log/b.log"));
}

}  // namespace
