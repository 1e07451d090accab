#include "probes/grafana/dashboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/grafana/dashboard_variables.hpp"
#include "probes/grafana/seldom_data.hpp"

namespace lgtmwatch {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t longest_title = 120;
constexpr std::size_t most_panels = 1000;
constexpr std::size_t most_queries = 26;
constexpr int deepest_row = 4;
constexpr int deepest_query = 16;
constexpr Duration usual_range = std::chrono::hours(1);
constexpr Duration shortest_range = std::chrono::minutes(5);
constexpr Duration longest_range = std::chrono::hours(6);

std::string plain(const value& text) { return {text.as_string().data(), text.as_string().size()}; }

const value* member(const value& of, std::string_view key) { return JsonPath(of).find(key); }

std::string text_of(const value& of, std::string_view key) {
  const auto* text = member(of, key);
  return text && text->is_string() ? plain(*text) : std::string();
}

// "now-6h"; what is not relative, or begins with a day ("now/d"), is the usual range.
Duration range_of(std::string_view from) {
  constexpr std::string_view relative = "now-";
  if (!from.starts_with(relative)) return usual_range;
  from.remove_prefix(relative.size());
  int number = 0;
  const auto parsed = std::from_chars(from.data(), from.data() + from.size(), number);
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(from.data() + from.size() - parsed.ptr));
  if (parsed.ec != std::errc() || number <= 0 || unit.size() != 1) return usual_range;
  constexpr std::string_view longer = "dwMy";
  if (longer.find(unit) != std::string_view::npos) return longest_range;
  const auto capped = std::min(number, 24 * 60 * 60);
  Duration range = usual_range;
  if (unit == "s") range = std::chrono::seconds(capped);
  if (unit == "m") range = std::chrono::minutes(capped);
  if (unit == "h") range = std::chrono::hours(capped);
  return std::clamp(range, shortest_range, longest_range);
}

bool has_no_query(std::string_view type) {
  constexpr std::array<std::string_view, 9> kinds{"row",     "text",           "alertlist", "dashlist",  "news",
                                                  "welcome", "gettingstarted", "annolist",  "pluginlist"};
  return std::find(kinds.begin(), kinds.end(), type) != kinds.end();
}

bool only_for_browsers(std::string_view uid) {
  return uid == "grafana" || uid == "-- Grafana --" || uid == "-- Dashboard --";
}

bool is_mixed(std::string_view uid) { return uid == "-- Mixed --"; }

bool is_expression(const Datasource& datasource) {
  return datasource.uid == "__expr__" || datasource.type == "__expr__";
}

bool is_hidden(const value& target) {
  const auto* hidden = member(target, "hide");
  return hidden && hidden->is_bool() && hidden->as_bool();
}

class Reader {
 public:
  Reader(const value& dashboard, const Datasources& datasources) : datasources_(datasources) {
    uid_ = text_of(dashboard, "uid");
    title_ = shown_text(text_of(dashboard, "title"), longest_title);
    if (const auto* time = member(dashboard, "time")) made_.range = range_of(text_of(*time, "from"));
    if (const auto* templating = member(dashboard, "templating"))
      variables_ = parse_variables(*templating, datasources);
  }

  Dashboard read(const value& dashboard) {
    read_panels(dashboard, 0);
    if (const auto* rows = member(dashboard, "rows"); rows && rows->is_array())  // before Grafana 5
      for (const auto& row : rows->as_array()) read_panels(row, 1);
    return std::move(made_);
  }

 private:
  void read_panels(const value& holder, int depth) {
    const auto* panels = member(holder, "panels");
    if (!panels || !panels->is_array() || depth > deepest_row) return;
    for (const auto& panel : panels->as_array()) {
      if (!panel.is_object()) continue;
      read_panels(panel, depth + 1);
      if (made_.panels.size() < most_panels) read_panel(panel);
    }
  }

  void read_panel(const value& panel) {
    if (has_no_query(text_of(panel, "type"))) return;
    const auto* library = member(panel, "libraryPanel");
    const auto* inline_model = library ? member(*library, "model") : nullptr;
    const auto& model = inline_model && !member(panel, "targets") ? *inline_model : panel;
    const auto* targets = member(model, "targets");
    if (!targets || !targets->is_array() || targets->as_array().empty()) {
      if (library) ++made_.left_out;
      return;
    }
    Panel made;
    const auto own_range = text_of(model, "timeFrom");
    made.range = own_range.empty() ? made_.range : range_of("now-" + own_range);
    const auto* id = member(panel, "id");
    made.id = fmt::format("{}/{}", uid_, id && id->is_int64() ? id->as_int64() : 0);
    made.title = fmt::format("{} / {}", title_, title_of(model, made.id));
    if (read_queries(model, targets->as_array(), made)) made_.panels.push_back(std::move(made));
  }

  std::string title_of(const value& panel, const std::string& id) const {
    auto title = shown_text(Replacing{variables_}.replaced(text_of(panel, "title")), longest_title);
    return title.empty() ? "panel " + id.substr(id.rfind('/') + 1) : title;
  }

  // False where nothing is left to ask. Hidden queries count only where an expression may read them; an expression
  // without one of its queries would fail.
  bool read_queries(const value& panel, const boost::json::array& targets, Panel& made) {
    made.has_expression = std::any_of(targets.begin(), targets.end(), [&](const value& target) {
      return target.is_object() && !is_hidden(target) && is_expression(datasource_of(panel, target));
    });
    bool left_out = false;
    for (const auto& target : targets) {
      const bool counts = target.is_object() && (made.has_expression || !is_hidden(target));
      if (!counts || made.queries.size() >= most_queries) continue;
      const auto datasource = datasource_of(panel, target);
      left_out = left_out || !datasource.backend;
      if (datasource.backend) add_query(target, datasource, made);
    }
    const bool whole = !made.datasources.empty() && !(left_out && made.has_expression);
    if (left_out && !whole) ++made_.left_out;
    return whole;
  }

  void add_query(const value& target, const Datasource& datasource, Panel& made) {
    Replacing as_saved{variables_};
    Replacing wider{variables_, true};
    const std::string reference(1, static_cast<char>('A' + made.queries.size()));
    made.queries.push_back(query_of(target, datasource, reference, as_saved));
    auto wide = query_of(target, datasource, reference, wider);
    if (wider.widened && made.wider.empty()) made.wider.assign(made.queries.begin(), made.queries.end() - 1);
    if (wider.widened || !made.wider.empty()) made.wider.push_back(std::move(wide));
    made.guessed = made.guessed || as_saved.guessed;
    if (is_hidden(target)) made.hidden.push_back(text_of(made.queries.back(), "refId"));
    if (is_expression(datasource)) return;
    made.seldom = made.seldom || may_be_rightly_empty(made.queries.back());
    const auto known = std::any_of(made.datasources.begin(), made.datasources.end(),
                                   [&](const PanelDatasource& each) { return each.uid == datasource.uid; });
    if (!known) made.datasources.push_back({datasource.uid, datasource.type, is_listed(datasource.uid)});
  }

  static object query_of(const value& target, const Datasource& datasource, const std::string& reference,
                         Replacing& replacing) {
    auto query = with_values(target, replacing, 0).as_object();
    query["datasource"] = object{{"uid", datasource.uid}, {"type", datasource.type}};
    if (text_of(target, "refId").empty()) query["refId"] = reference;
    return query;
  }

  bool is_listed(const std::string& uid) const {
    return std::any_of(datasources_.begin(), datasources_.end(),
                       [&](const Datasource& each) { return each.uid == uid; });
  }

  Datasource datasource_of(const value& panel, const value& target) const {
    const auto* of_panel = member(panel, "datasource");
    const auto* of_target = member(target, "datasource");
    const bool given = of_target && !of_target->is_null();
    auto found = resolved(given ? of_target : of_panel);
    if (is_mixed(found.uid)) found = resolved(nullptr);
    return found;
  }

  // As an object with uid and type, as a name, as a variable, or nothing: the default one.
  Datasource resolved(const value* reference) const {
    Datasource named;
    if (reference && reference->is_string()) named.uid = plain(*reference);
    if (reference && reference->is_object()) named.uid = text_of(*reference, "uid");
    if (reference && reference->is_object()) named.type = text_of(*reference, "type");
    named.uid = Replacing{variables_}.replaced(named.uid);
    const bool by_default = named.uid.empty() || named.uid == "default";
    for (const auto& each : datasources_)
      if (by_default ? each.is_default : each.uid == named.uid || each.name == named.uid) return each;
    named.backend = !only_for_browsers(named.uid) && !by_default;
    return named;
  }

  static value with_values(const value& of, Replacing& replacing, int depth) {
    if (depth > deepest_query) return nullptr;
    if (of.is_string()) return value(replacing.replaced(plain(of)));
    if (of.is_array()) {
      boost::json::array array;
      for (const auto& each : of.as_array()) array.push_back(with_values(each, replacing, depth + 1));
      return array;
    }
    if (!of.is_object()) return of;
    object made;
    for (const auto& each : of.as_object()) made[each.key()] = with_values(each.value(), replacing, depth + 1);
    return made;
  }

  const Datasources& datasources_;
  std::string uid_;
  std::string title_;
  Variables variables_;
  Dashboard made_{{}, 0, usual_range};
};

}  // namespace

Result<Dashboard> parse_dashboard(std::string_view body, const Datasources& datasources) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto dashboard = JsonPath(*document).member("dashboard");
  if (!dashboard) return dashboard.error();
  if (!dashboard->value().is_object()) return Error(Phase::content, Reason::parse, "dashboard: expected an object");
  return Reader(dashboard->value(), datasources).read(dashboard->value());
}

Result<std::vector<std::string>> parse_dashboards_of_folder(std::string_view body, std::string_view folder) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  if (!document->is_array()) return Error(Phase::content, Reason::parse, "the list of dashboards: expected an array");
  std::vector<std::string> uids;
  for (const auto& each : document->as_array()) {
    auto uid = text_of(each, "uid");
    const auto title = text_of(each, "folderTitle");
    const bool fits = (title.empty() ? "General" : title) == folder || text_of(each, "folderUid") == folder;
    if (fits && !uid.empty()) uids.push_back(std::move(uid));
  }
  return uids;
}

}  // namespace lgtmwatch
