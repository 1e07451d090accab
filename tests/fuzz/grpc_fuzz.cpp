// Fuzzes what a gRPC server may send: the bytes of a whole connection, in two pieces. They may only ever become an
// answer or an error, and never keep a call going that has ended.
#include <cstddef>
#include <cstdint>

#include "daemon/net/grpc_session.hpp"

namespace {

constexpr std::size_t message_limit = 1024;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lgtmwatch;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Endpoint endpoint(Url::parse("http://fuzz:4317").value());
  const auto session = make_grpc_session(endpoint, GrpcRequest("/a.B/C", ""), Peer{"fuzz:4317", "", {}}, message_limit);
  const auto half = input.size() * data[0] / 256;
  for (const auto piece : {input.substr(0, half), input.substr(half)}) {
    (void)session->output();
    if (!session->over()) session->feed(piece);
  }
  (void)session->output();
  const auto answer = session->result();
  if (answer && answer->message.size() > message_limit) __builtin_trap();
  return 0;
}
