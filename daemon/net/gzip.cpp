#include "daemon/net/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

namespace lgtmwatch {
namespace {

constexpr int gzip_window_bits = 15 + 16;

struct Inflater {
  Inflater() { ok = inflateInit2(&stream, gzip_window_bits) == Z_OK; }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  bool ok = false;
};

}  // namespace

Result<std::string> gunzip(std::string_view compressed, std::size_t limit) {
  Inflater inflater;
  if (!inflater.ok) return Error(Phase::content, Reason::internal, "zlib could not be initialised");
  auto& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string plain;
  std::array<char, 16384> chunk;
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    code = inflate(&stream, Z_NO_FLUSH);
    plain.append(chunk.data(), chunk.size() - stream.avail_out);
    if (plain.size() > limit)
      return Error(Phase::content, Reason::too_large, fmt::format("the answer is longer than {} bytes", limit));
  }
  if (code != Z_STREAM_END) return Error(Phase::content, Reason::parse, "the answer is broken gzip");
  return plain;
}

}  // namespace lgtmwatch
