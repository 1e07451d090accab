#include "daemon/alert/told_file.hpp"

#include <boost/json/serialize.hpp>

#include "daemon/ledger/database_format.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr const char* told_table =
    "CREATE TABLE told (destination TEXT NOT NULL, stack TEXT NOT NULL, cause TEXT NOT NULL, subject TEXT NOT NULL, "
    "at_ns INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (destination, stack, cause, subject)) "
    "STRICT, WITHOUT ROWID";

const DatabaseFormat& format() {
  static const DatabaseFormat ours{0x4c47544e, 1, "file of lgtmwatch with what was told to receivers",
                                   "move the file away; what stands is then told once more"};
  return ours;
}

std::string text_of(const Alert& alert) {
  return json::serialize(json::object{{"finding", finding_json(kept_finding(alert.finding))},
                                      {"last_seen", word(format_rfc3339(alert.last_seen))},
                                      {"flaps", alert.flaps ? 1 : 0}});
}

Result<Alert> alert_in(const std::string& stack, std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  const JsonPath root(*parsed);
  JsonFields fields;
  Alert alert;
  alert.stack = stack;
  if (const auto finding = fields.member(root, "finding")) alert.finding = finding_in(fields, *finding);
  alert.last_seen = fields.time(root, "last_seen");
  alert.flaps = fields.number(root, "flaps") != 0;
  if (fields.error) return *fields.error;
  return alert;
}

SqlRow columns_of(const ToldKey& key) { return {key.destination, key.alert.stack, key.alert.cause, key.alert.subject}; }

Result<void> write_all(Database& database, const ToldChanges& changes) {
  for (const auto& key : changes.over) {
    const auto done = database.run("DELETE FROM told WHERE destination = ? AND stack = ? AND cause = ? AND subject = ?",
                                   columns_of(key));
    if (!done) return done.error();
  }
  for (const auto& [key, told] : changes.told) {
    auto row = columns_of(key);
    row.emplace_back(sql_nanoseconds(told.at));
    row.emplace_back(text_of(told.alert));
    const auto done = database.run("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?)", row);
    if (!done) return done.error();
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ToldFile>> ToldFile::open(const std::string& file) {
  auto database = open_database(file, format(), {told_table});
  if (!database) return database.error();
  return std::unique_ptr<ToldFile>(new ToldFile(std::move(*database)));
}

Result<std::map<ToldKey, Told>> ToldFile::read() {
  const auto rows = database_.run("SELECT destination, stack, cause, subject, at_ns, document FROM told");
  if (!rows) return rows.error();
  std::map<ToldKey, Told> all;
  for (const auto& row : *rows) {
    ToldKey key{sql_text(row[0]), {sql_text(row[1]), sql_text(row[2]), sql_text(row[3])}};
    auto alert = alert_in(key.alert.stack, sql_text(row[5]));
    if (alert && key_of(alert->stack, alert->finding) != key.alert)
      alert = Error(Phase::content, Reason::parse, "it tells of another alert");
    if (!alert)
      return Error(Phase::content, Reason::internal,
                   "what was told to " + key.destination + " cannot be read: " + alert.error().what,
                   format().move_it_away);
    all.emplace(std::move(key), Told{std::move(*alert), sql_time(row[4])});
  }
  return all;
}

Result<void> ToldFile::write(const ToldChanges& changes) {
  return database_.transaction([&] { return write_all(database_, changes); });
}

}  // namespace lgtmwatch
