// What gRPC lays over HTTP/2: the frame around a message, and the encoding of grpc-message.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

inline constexpr std::string_view grpc_content_type = "application/grpc";

std::string grpc_framed(std::string_view message);

// The one message of a unary call. Errors: Reason::protocol where it is compressed, cut off, or not alone.
Result<std::string> grpc_unframed(std::string_view body);

// Non-ASCII characters and % are sent as %XX; what is not encoded so is taken as it is.
std::string grpc_message_encoded(std::string_view text);
std::string grpc_message_decoded(std::string_view text);

}  // namespace lgtmwatch
