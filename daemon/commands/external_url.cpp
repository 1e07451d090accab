#include "daemon/commands/external_url.hpp"

#include "daemon/base/url.hpp"

namespace lgtmwatch {

void add_external_url_flag(CLI::App& command, std::string& url) {
  const CLI::Validator whole(
      [](std::string& text) -> std::string {
        const auto parsed = Url::parse(text);
        if (!parsed) return parsed.error().what + "; " + parsed.error().hint;
        text = parsed->text();
        return {};
      },
      "URL");
  command
      .add_option("--web.external-url", url,
                  "Under which people reach this instance, for links; such as https://watch.example/lgtmwatch")
      ->transform(whole)
      ->envname("LGTMWATCH_WEB_EXTERNAL_URL");
}

}  // namespace lgtmwatch
