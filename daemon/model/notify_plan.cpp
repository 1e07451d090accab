#include "daemon/model/notify_plan.hpp"

namespace lgtmwatch {

std::string_view to_string(WebhookFormat format) {
  switch (format) {
    case WebhookFormat::json: return "json";
    case WebhookFormat::slack: return "slack";
    case WebhookFormat::discord: return "discord";
    case WebhookFormat::ntfy: return "ntfy";
    case WebhookFormat::oncall: return "oncall";
  }
  return "json";
}

}  // namespace lgtmwatch
