#include "daemon/serve/page_frame.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr const char* style = R"(
:root{color-scheme:light dark;--ok:#1a7f37;--bad:#c62828;--warn:#9a6700;--dim:#6e7781;--line:#8884}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}.healthy{color:var(--ok)}.broken{color:var(--bad);font-weight:600}
.degraded{color:var(--warn);font-weight:600}.unknown{color:var(--dim);font-style:italic}
.finding{border-left:4px solid var(--bad);padding:.3rem 1rem;margin:.8rem 0}.finding.warning,.finding.info{border-color:var(--warn)}
code{font-size:.85em;overflow-wrap:anywhere}ul{margin:.2rem 0}small{color:var(--dim)}
.chain{display:flex;flex-wrap:wrap;gap:.3rem;list-style:none;padding:0;margin:.1rem 0 .6rem}.path{margin:0}
.chain li{border:1px solid;border-radius:.3rem;padding:0 .5rem;font-size:.85em}.chain .healthy span{position:absolute;clip-path:inset(50%)}
.chain .broken{background:var(--bad);color:#fff}
pre{border-left:4px solid var(--line);padding:.3rem 1rem;overflow-x:auto}
)";

}  // namespace

std::string framed_page(std::string_view title, std::string_view body, std::string_view head) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\">{}<title>{}</title><style>{}</style></head><body>{}</body></html>\n",
      head, escaped_markup(title), style, body);
}

}  // namespace lgtmwatch
