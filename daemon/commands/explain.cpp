// lgtmwatch explain: the page of a cause, or the list of all that the catalogue has.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/config/diagnostics.hpp"
#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_suggested = 5;

constexpr std::string_view legend =
    "The causes, by the stage of the path at which they stand. `lgtmwatch explain CAUSE` shows the page of one.\n"
    "  ~  this version names it as an alternative of others, and cannot prove it\n"
    "  !  an alert rule over lgtmwatch's own metrics tells of it, and no finding\n"
    "  -  this version does not recognise it yet\n"
    "  =  looks like a fault and is none\n";

char mark_of(const Cause& cause) {
  if (!cause.is_fault()) return '=';
  switch (cause.recognised) {
    case Recognised::yes: return ' ';
    case Recognised::alternative: return '~';
    case Recognised::alert: return '!';
    case Recognised::no: break;
  }
  return '-';
}

void list(const Catalogue& catalogue) {
  std::size_t width = 0;
  for (const auto& cause : catalogue.causes()) width = std::max(width, cause.id.size());
  fmt::print("{}", legend);
  std::optional<Stage> stage;
  for (const auto& cause : catalogue.causes()) {
    if (stage != cause.stage) fmt::print("\n{}\n", to_string(cause.stage));
    stage = cause.stage;
    fmt::print("  {} {:<{}}  {}\n", mark_of(cause), cause.id, width, cause.summary);
  }
}

int explain(const Catalogue& catalogue, const std::string& id) {
  if (const auto* cause = catalogue.find(id)) {
    fmt::print("{}", cause->page);
    return 0;
  }
  std::vector<std::string_view> ids;
  for (const auto& cause : catalogue.causes()) ids.push_back(cause.id);
  const auto near = nearest_names(id, ids, most_suggested);
  fmt::print(stderr, "error: '{}' is no cause\nhint: {}{}`lgtmwatch explain` lists all\n", printable(id),
             fmt::join(near, ", "), near.empty() ? "" : "; ");
  return 2;
}

}  // namespace

void add_explain_command(CLI::App& app, const Outside&, int& exit_code) {
  auto id = std::make_shared<std::string>();
  auto* command = app.add_subcommand("explain", "Shows the run book of a cause, or lists the causes");
  command->add_option("cause", *id, "Id of a cause, as a finding names it; all are listed without it");
  command->callback([id, &exit_code] {
    const Catalogue catalogue(cause_pages());
    if (id->empty()) {
      list(catalogue);
    } else {
      exit_code = explain(catalogue, *id);
    }
  });
}

}  // namespace lgtmwatch
