#include "daemon/ledger/maintenance_file.hpp"

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>

#include "daemon/ledger/database_format.hpp"

namespace lgtmwatch {
namespace {

constexpr const char* windows_table =
    "CREATE TABLE windows (id TEXT NOT NULL PRIMARY KEY, stacks TEXT NOT NULL, signals TEXT NOT NULL, "
    "start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, pauses_canaries INTEGER NOT NULL, comment TEXT NOT NULL) "
    "STRICT, WITHOUT ROWID";

DatabaseFormat our_format() {
  return {0x4c47544d + 0x10, 1, "file of lgtmwatch with windows of maintenance",
          "move the file away; the windows that were announced over HTTP are then forgotten"};
}

// No name holds a line break.
std::string joined(const std::vector<std::string>& names) { return boost::algorithm::join(names, "\n"); }

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  if (!text.empty()) boost::algorithm::split(names, text, boost::is_any_of("\n"));
  return names;
}

std::string joined(const std::vector<Signal>& signals) {
  std::vector<std::string> names;
  for (const auto signal : signals) names.emplace_back(to_string(signal));
  return joined(names);
}

std::vector<Signal> signals_in(const std::string& text) {
  const auto names = names_in(text);
  std::vector<Signal> signals;
  for (const auto signal : all_signals)
    if (std::find(names.begin(), names.end(), to_string(signal)) != names.end()) signals.push_back(signal);
  return signals;
}

AnnouncedWindow window_of(const SqlRow& row) {
  AnnouncedWindow announced;
  announced.id = sql_text(row[0]);
  announced.stacks = names_in(sql_text(row[1]));
  announced.window.signals = signals_in(sql_text(row[2]));
  announced.window.start = sql_time(row[3]);
  announced.window.end = sql_time(row[4]);
  announced.window.pauses_canaries = sql_number(row[5]) != 0;
  announced.comment = sql_text(row[6]);
  return announced;
}

}  // namespace

Result<MaintenanceFile> MaintenanceFile::open(const std::string& file) {
  auto database = open_database(file, our_format(), {windows_table});
  if (!database) return database.error();
  return MaintenanceFile(std::move(*database));
}

Result<std::vector<AnnouncedWindow>> MaintenanceFile::read() {
  const auto rows = database_.run(
      "SELECT id, stacks, signals, start_ns, end_ns, pauses_canaries, comment FROM windows ORDER BY start_ns, id");
  if (!rows) return rows.error();
  std::vector<AnnouncedWindow> windows;
  for (const auto& row : *rows) windows.push_back(window_of(row));
  return windows;
}

Result<void> MaintenanceFile::put(const AnnouncedWindow& announced) {
  const auto& window = announced.window;
  const auto done =
      database_.run("INSERT OR REPLACE INTO windows VALUES (?, ?, ?, ?, ?, ?, ?)",
                    {announced.id, joined(announced.stacks), joined(window.signals), sql_nanoseconds(window.start),
                     sql_nanoseconds(window.end), std::int64_t{window.pauses_canaries ? 1 : 0}, announced.comment});
  if (!done) return done.error();
  return {};
}

Result<void> MaintenanceFile::remove(const std::string& id) {
  const auto done = database_.run("DELETE FROM windows WHERE id = ?", {id});
  if (!done) return done.error();
  return {};
}

}  // namespace lgtmwatch
