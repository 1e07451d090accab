#include "daemon/serve/page_frame.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr const char* style = R"(
:root{color-scheme:light dark;--ok:#1a7f37;--bad:#c62828;--warn:#9a6700;--dim:#656d76;--line:#8884}
@media(prefers-color-scheme:dark){:root{--ok:#4ac26b;--bad:#ff7b72;--warn:#d29922;--dim:#9198a1}}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
.sparkline{vertical-align:middle}th{font-weight:600;color:var(--dim)}.healthy{color:var(--ok)}.broken{color:var(--bad);font-weight:600}
.degraded{color:var(--warn);font-weight:600}.unknown{color:var(--dim);font-style:italic}
.finding{border-left:4px solid var(--bad);padding:.3rem 1rem;margin:.8rem 0}.finding.warning,.finding.info{border-color:var(--warn)}
code{font-size:.85em;overflow-wrap:anywhere}ul{margin:.2rem 0}small,nav{color:var(--dim)}nav{font-size:.85em}
.chain{display:flex;flex-wrap:wrap;gap:.3rem;list-style:none;padding:0;margin:.1rem 0 .6rem}.path{margin:0}
.chain li{border:1px solid;border-radius:.3rem;padding:0 .5rem;font-size:.85em}.chain .healthy span{position:absolute;clip-path:inset(50%)}
.chain .broken{background:var(--bad);color:Canvas}
pre{border-left:4px solid var(--line);padding:.3rem 1rem;overflow-x:auto}
form{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem 1rem;margin:1rem 0}input,button{font:inherit}
.stacks{list-style:none;padding:0}.stacks>li{display:grid;grid-template-columns:17rem 1fr;gap:0 1rem;padding:.4rem .6rem;
border-bottom:1px solid var(--line);border-left:4px solid transparent;overflow-wrap:anywhere}
.stacks>.is-broken{border-left-color:var(--bad)}.stacks>.is-degraded{border-left-color:var(--warn)}
[role=status] span,.stacks span{white-space:nowrap}.stacks h2{font-size:1rem;margin:0}.stacks p{margin:0 0 .2rem}
@media(min-width:40rem){a[href*="?incident="]{white-space:nowrap}}
@media(max-width:40rem){body{margin:1rem auto;overflow-wrap:break-word}main{overflow-x:auto}table{font-size:.85em}td,th{padding:.25rem .2rem}
ul{padding-left:1.2rem}.sparkline{width:3.5rem}.stacks>li{grid-template-columns:1fr}}
)";

}  // namespace

const std::string_view refreshing = R"(<noscript><meta http-equiv="refresh" content="15"></noscript><script>
(() => {
  let timer, asking = false, again = false;
  const main = () => document.querySelector("main");
  const inUse = () => !getSelection().isCollapsed && main().contains(getSelection().anchorNode);
  const reachable = () => [...document.querySelectorAll("main a, main summary")];
  const named = (summary) => summary.textContent.replace(/\d+/g, "");
  const show = (page) => {
    const focused = reachable().find((each) => each === document.activeElement)?.outerHTML;
    const open = [...document.querySelectorAll("details[open]>summary")].map(named);
    document.title = page.title;
    main().replaceWith(page.querySelector("main"));
    for (const each of document.querySelectorAll("details>summary"))
      if (open.includes(named(each))) each.parentElement.open = true;
    reachable().find((each) => each.outerHTML === focused)?.focus({ preventScroll: true });
    const [shown, news] = [document, page].map((each) => each.querySelector("[role=status]"));
    if (shown && news && shown.innerHTML !== news.innerHTML) shown.innerHTML = news.innerHTML;
  };
  const warn = (what) => {
    if (document.getElementById("silent")) return;
    const line = document.createElement("p");
    line.id = "silent";
    line.className = "broken";
    line.setAttribute("role", "alert");
    line.textContent = what + " This is what it showed last.";
    main().prepend(line);
  };
  const look = async () => {
    if (asking) return void (again = true);
    asking = true;
    clearTimeout(timer);
    const asked = location.href;
    try {
      const answer = await fetch(asked, { cache: "no-store" });
      if (!answer.ok) throw answer.status;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("form") !== !document.querySelector("form")) return location.reload();
      if (asked === location.href && !inUse()) show(page);
    } catch (why) {
      warn(why === 404 ? "lgtmwatch does not watch this any more." : "lgtmwatch does not answer.");
    }
    asking = false;
    timer = setTimeout(look, asked !== location.href ? 0 : again ? 1000 : 15000);
    again = false;
  };
  timer = setTimeout(look, 15000);
  document.addEventListener("input", ({ target: { form } }) => {
    history.replaceState(null, "", "?" + new URLSearchParams(new FormData(form)));
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  const events = new EventSource("api/v1/events");
  for (const kind of ["stack", "gone", "missed"]) events.addEventListener(kind, look);
})();
</script>)";

std::string framed_page(const PageFrame& frame, std::string_view main) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><link rel=\"icon\" "
      "href=\"data:,\">{}<title>{}</title><style>{}</style></head><body>{}<main>{}</main></body></"
      "html>\n",
      frame.head, escaped_markup(frame.title), style, frame.top, main);
}

}  // namespace lgtmwatch
