#include "sandbox/data_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/base/json.hpp"
#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view file_end = ".json";

std::string_view port_of(std::string_view target) {
  if (target == "loki") return "3100";
  if (target == "tempo") return "3200";
  return target == "mimir" ? "9009" : "12345";
}

// Reads the members of one object; what nobody asked for, and what is of another kind, is wrong.
class Reader {
 public:
  Reader(const json::value& value, std::string place, std::string& wrong)
      : object_(value.if_object()), place_(std::move(place)), wrong_(wrong) {
    if (!object_) complain("an object is expected");
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    for (const auto& member : object_ ? *object_ : json::object())
      if (std::find(read_.begin(), read_.end(), member.key()) == read_.end())
        complain(fmt::format("nothing is called {}", std::string_view(member.key())));
  }

  const json::value* find(std::string_view key) {
    read_.emplace_back(key);
    return object_ ? object_->if_contains(json::string_view(key.data(), key.size())) : nullptr;
  }
  std::string text(std::string_view key) {
    const auto* value = find(key);
    return value ? text_of(*value, key) : std::string();
  }
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> all;
    each(key, [&](const json::value& value) { all.push_back(text_of(value, key)); });
    return all;
  }
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key) {
    std::vector<std::pair<std::string, std::string>> all;
    const auto* value = find(key);
    if (value && !value->is_object()) complain(fmt::format("{} is no object", key));
    for (const auto& [name, text] : value && value->is_object() ? value->get_object() : json::object())
      all.emplace_back(std::string(name), text_of(text, key));
    return all;
  }
  std::optional<double> number(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_number()) complain(fmt::format("{} is no number", key));
    return value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
  }
  template <class Visit>
  void each(std::string_view key, Visit visit) {
    const auto* value = find(key);
    if (value && !value->is_array()) complain(fmt::format("{} is no list", key));
    for (const auto& one : value && value->is_array() ? value->get_array() : json::array()) visit(one);
  }
  void complain(const std::string& what) {
    if (wrong_.empty()) wrong_ = fmt::format("{}: {}", place_, what);
  }

 private:
  std::string text_of(const json::value& value, std::string_view key) {
    if (!value.is_string()) complain(fmt::format("{} is no text", key));
    return value.is_string() ? std::string(value.get_string()) : std::string();
  }

  const json::object* object_;
  std::string place_;
  std::string& wrong_;
  std::vector<std::string> read_;
};

ChangedAnswer answer_in(const json::value& value, std::string& wrong) {
  Reader reader(value, "answers", wrong);
  ChangedAnswer answer;
  answer.door = reader.text("door");
  answer.method = reader.text("method");
  const auto path = reader.text("path");
  const auto prefix = reader.text("prefix");
  answer.is_prefix = !prefix.empty();
  answer.path = answer.is_prefix ? prefix : path;
  if (path.empty() == prefix.empty()) reader.complain("a path or a prefix is expected");
  if (const auto status = reader.number("status")) answer.status = static_cast<int>(*status);
  if (reader.find("content_type")) answer.content_type = reader.text("content_type");
  if (reader.find("body")) answer.body = reader.text("body");
  answer.headers = reader.pairs("headers");
  answer.replaced = reader.pairs("replace");
  if (!answer.is_whole() && answer.headers.empty() && answer.replaced.empty())
    reader.complain("status, body, headers or replace is expected");
  return answer;
}

ChangedFigure figure_in(const json::value& value, std::string& wrong) {
  Reader reader(value, "metrics", wrong);
  ChangedFigure figure;
  figure.door = reader.text("door");
  figure.series = reader.text("series");
  if (figure.series.empty()) reader.complain("a series is expected");
  const auto set = reader.number("set");
  const auto grow = reader.number("per_second");
  const auto* remove = reader.find("remove");
  figure.name = reader.text("rename");
  const bool removes = remove && remove->is_bool() && remove->as_bool();
  const int kinds = (set ? 1 : 0) + (grow ? 1 : 0) + (removes ? 1 : 0) + (figure.name.empty() ? 0 : 1);
  if (kinds != 1) reader.complain("one of set, per_second, remove and rename is expected");
  figure.value = set.value_or(grow.value_or(0));
  figure.kind = set       ? ChangedFigure::Kind::set
                : grow    ? ChangedFigure::Kind::grow
                : removes ? ChangedFigure::Kind::remove
                          : ChangedFigure::Kind::rename;
  return figure;
}

void read_clocks(Reader& reader, DataFault& fault) {
  for (const auto& [door, text] : reader.pairs("clocks")) {
    const bool behind = text.starts_with('-');
    const auto offset = parse_duration(behind ? text.substr(1) : text);
    if (!offset) reader.complain(offset.error().what);
    if (offset) fault.clocks[door] = behind ? -*offset : *offset;
  }
}

void read_doors(Reader& reader, DataFault& fault) {
  constexpr std::array states{"refusing", "hanging", "hanging_up", "expecting_tls"};
  for (auto& [door, state] : reader.pairs("doors")) {
    if (std::find(states.begin(), states.end(), state) == states.end())
      reader.complain(fmt::format("a door cannot be {}", state));
    fault.doors[door] = state;
  }
}

void read_containers(Reader& reader, DataFault& fault) {
  const auto* patch = reader.find("containers");
  if (patch && !patch->is_object()) reader.complain("containers is no object");
  if (patch && patch->is_object()) fault.containers = patch->get_object();
  const auto* writes = reader.find("writes");
  if (writes && !writes->is_object()) reader.complain("writes is no object");
  for (const auto& [container, lines] : writes && writes->is_object() ? writes->get_object() : json::object())
    for (const auto& line : lines.is_array() ? lines.get_array() : json::array())
      fault.writes[std::string(container)].emplace_back(line.is_string() ? line.get_string() : json::string());
}

DataFault fault_in(const json::value& value, std::string& wrong) {
  Reader reader(value, "the fault", wrong);
  DataFault fault;
  fault.sentence = reader.text("sentence");
  if (fault.sentence.empty()) reader.complain("a sentence is expected");
  fault.targets = reader.texts("targets");
  fault.silences = reader.texts("silences");
  for (const auto& [backend, outcome] : reader.pairs("attempts")) fault.attempts[backend] = outcome;
  read_doors(reader, fault);
  read_clocks(reader, fault);
  reader.each("answers", [&](const json::value& each) { fault.answers.push_back(answer_in(each, wrong)); });
  reader.each("metrics", [&](const json::value& each) { fault.metrics.push_back(figure_in(each, wrong)); });
  read_containers(reader, fault);
  return fault;
}

void leave_out_other_targets(DataFault& fault, std::string_view target) {
  const auto is_of_another = [&](const std::string& door) {
    return door != target && std::find(fault.targets.begin(), fault.targets.end(), door) != fault.targets.end();
  };
  std::erase_if(fault.answers, [&](const auto& answer) { return is_of_another(answer.door); });
  std::erase_if(fault.metrics, [&](const auto& figure) { return is_of_another(figure.door); });
  std::erase_if(fault.attempts, [&](const auto& each) { return is_of_another(each.first); });
  std::erase_if(fault.doors, [&](const auto& each) { return is_of_another(each.first); });
  std::erase_if(fault.clocks, [&](const auto& each) { return is_of_another(each.first); });
}

}  // namespace

Result<DataFault> parse_data_fault(const EmbeddedFile& file, std::string_view target) {
  auto text = replace_all(std::string(file.content), "{target}", target);
  text = replace_all(std::move(text), "{port}", port_of(target));
  const auto document = parse_json(text);
  if (!document) return document.error();
  std::string wrong;
  auto fault = fault_in(*document, wrong);
  fault.name = file.name.substr(0, file.name.size() - file_end.size());
  if (!wrong.empty()) return Error(Phase::content, Reason::parse, fmt::format("{}: {}", file.name, wrong));
  if (!target.empty()) leave_out_other_targets(fault, target);
  return fault;
}

}  // namespace lgtmwatch::sandbox
