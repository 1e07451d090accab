// Certificates of tests with TLS.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace lgtmwatch::test {

// An authority, another one, a server and a client that the first has certified; made once by the openssl command.
class Certificates {
 public:
  Certificates() {
    make("ca", "-subj /CN=test-ca");
    make("other", "-subj /CN=other-ca");
    make("server", "-subj /CN=server -addext subjectAltName=DNS:loki.test,IP:127.0.0.1 " + signed_by_ca());
    make("client", "-subj /CN=client " + signed_by_ca());
  }
  std::string certificate(const std::string& name) const { return directory_.file(name + ".pem"); }
  std::string key(const std::string& name) const { return directory_.file(name + ".key"); }

 private:
  std::string signed_by_ca() const { return "-CA " + certificate("ca") + " -CAkey " + key("ca"); }
  void make(const std::string& name, const std::string& options) {
    const auto command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout " +
                         key(name) + " -out " + certificate(name) + " " + options + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }

  TempDir directory_;
};

inline const Certificates& certificates() {
  static const Certificates made;
  return made;
}

}  // namespace lgtmwatch::test
