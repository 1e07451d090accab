// The receivers of the sandbox's Alloy that are no OTLP: Loki push, as loki.source.api answers, and remote write, as
// prometheus.receive_http does.
#pragma once

#include "daemon/net/http_server.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

ServerResponse answer_loki_push(Pipeline& pipeline, const ServerRequest& request);
ServerResponse answer_remote_write(Pipeline& pipeline, const ServerRequest& request);

}  // namespace lgtmwatch::sandbox
