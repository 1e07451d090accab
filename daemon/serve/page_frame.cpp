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

const std::string_view refreshing = R"(<noscript><meta http-equiv="refresh" content="15"></noscript><script>
(() => {
  let timer, asking = false, again = false;
  const inUse = () => document.activeElement?.matches("input,select,textarea") || !getSelection().isCollapsed;
  const show = (page) => {
    const open = [...document.querySelectorAll("details[open]>summary")].map((each) => each.textContent);
    document.body.replaceWith(page.body);
    for (const each of document.querySelectorAll("details>summary"))
      if (open.includes(each.textContent)) each.parentElement.open = true;
  };
  const warn = () => {
    if (document.getElementById("silent")) return;
    const line = document.createElement("p");
    line.id = "silent";
    line.className = "broken";
    line.setAttribute("role", "alert");
    line.textContent = "lgtmwatch does not answer. This is what it showed last.";
    document.body.prepend(line);
  };
  const look = async () => {
    if (asking) return void (again = true);
    asking = true;
    clearTimeout(timer);
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (!answer.ok) throw answer.status;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!inUse()) show(page);
    } catch { warn(); }
    asking = false;
    timer = setTimeout(look, again ? 1000 : 15000);
    again = false;
  };
  timer = setTimeout(look, 15000);
  const events = new EventSource("api/v1/events");
  for (const kind of ["stack", "gone", "missed"]) events.addEventListener(kind, look);
})();
</script>)";

std::string framed_page(std::string_view title, std::string_view body, std::string_view head) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\">{}<title>{}</title><style>{}</style></head><body>{}</body></html>\n",
      head, escaped_markup(title), style, body);
}

}  // namespace lgtmwatch
