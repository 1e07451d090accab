#include "daemon/net/grpc_frame.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;
using namespace std::string_literals;

TEST_CASE("A message is framed with its length, and comes out of the frame again") {
  CHECK(grpc_framed("") == "\0\0\0\0\0"s);
  CHECK(grpc_framed("ab") == "\0\0\0\0\x02"s + "ab");
  for (const auto& message : {""s, "ab"s, std::string(70'000, 'x')})
    CHECK(grpc_unframed(grpc_framed(message)).value() == message);
}

TEST_CASE("What is not one whole plain message is refused") {
  CHECK(grpc_unframed("").error().what == "there is no message in it");
  CHECK(grpc_unframed("\0\0\0\0"s).error().what == "there is no message in it");
  CHECK(grpc_unframed("\1\0\0\0\0"s).error().what == "its message is compressed, which was not asked for");
  CHECK(grpc_unframed("\0\0\0\0\x03"s + "ab").error().what == "its message is said to have 3 bytes and has 2");
  CHECK(grpc_unframed(grpc_framed("a") + grpc_framed("b")).error().what ==
        "its message is said to have 1 bytes and has 7");
}

TEST_CASE("The sentence that comes with a status is decoded, and what is no code is left as it is") {
  CHECK(grpc_message_decoded("queue is full") == "queue is full");
  CHECK(grpc_message_decoded("100%25 voll %C3%A4") == "100% voll \xc3\xa4");
  CHECK(grpc_message_decoded("%") == "%");
  CHECK(grpc_message_decoded("%zz%4") == "%zz%4");
  const auto any = "a%\n\xc3\xa4"s;
  CHECK(grpc_message_encoded(any) == "a%25%0A%C3%A4");
  CHECK(grpc_message_decoded(grpc_message_encoded(any)) == any);
}

}  // namespace
