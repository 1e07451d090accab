#include "daemon/commands/kept_incident.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "daemon/commands/complain.hpp"
#include "daemon/history/history_file.hpp"
#include "daemon/serve/incident_report.hpp"
#include "daemon/storage.hpp"

namespace lgtmwatch {
namespace {

int fail(const std::string& what, const std::string& hint) { return complain(what, hint, 1); }

Result<KeptHistory> read_history(const std::string& path) {
  auto file = HistoryFile::open(path);
  if (!file) return file.error();
  return (*file)->read();
}

std::string numbers_of(const KeptHistory& kept) {
  if (kept.incidents.empty()) return "it has none";
  return fmt::format("they have the numbers {} to {}", kept.incidents.front().id, kept.incidents.back().id);
}

}  // namespace

int report_kept_incident(const std::string& storage_path, const std::string& incident) {
  const auto path = history_file(storage_path);
  std::error_code code;
  if (!std::filesystem::exists(path, code))
    return fail("there is no " + path, "give the --storage.path of a daemon that has kept incidents");
  auto kept = read_history(path);
  if (!kept) return fail(kept.error().what, kept.error().hint + "; a running daemon is asked by --from=URL");
  std::uint64_t id = 0;
  (void)std::from_chars(incident.data(), incident.data() + incident.size(), id);
  const auto hint = numbers_of(*kept);
  IncidentBook book;
  const auto now = kept->watched_until.value_or(WallTime());
  book.restore(std::move(kept->incidents), now);
  const auto* found = std::to_string(id) == incident ? book.find(id) : nullptr;
  if (!found) return fail("there is no incident '" + incident + "' in " + path, hint);
  fmt::print("{}", incident_markdown(*found, book, Catalogue(cause_pages()), now));
  return 0;
}

}  // namespace lgtmwatch
