#include "daemon/base/secret.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <catch2/catch.hpp>
#include <ostream>
#include <string>
#include <type_traits>

namespace {

using lgtmwatch::Secret;

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(fmt::is_formattable<std::string>::value, "the check itself works");
static_assert(!fmt::is_formattable<Secret>::value, "fmt must not show a secret");
static_assert(Streamable<std::string>, "the check itself works");
static_assert(!Streamable<Secret>, "a stream must not show a secret");
static_assert(!std::is_convertible_v<Secret, std::string>, "a secret is shown by reveal() alone");
static_assert(!std::is_convertible_v<std::string, Secret>, "a text becomes a secret by intention");

TEST_CASE("A secret is revealed on demand alone") {
  CHECK(Secret("hunter2").reveal() == "hunter2");
  CHECK(Secret().empty());
  CHECK_FALSE(Secret("x").empty());
  CHECK((Secret("a") == Secret("a")));
  CHECK_FALSE((Secret("a") == Secret("b")));
}

}  // namespace
