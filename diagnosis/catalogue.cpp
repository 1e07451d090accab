#include "diagnosis/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace lgtmwatch {
namespace {

constexpr std::array all_stages{Stage::source, Stage::network, Stage::receive,   Stage::process, Stage::export_,
                                Stage::ingest, Stage::query,   Stage::visualize, Stage::alert,   Stage::watch};
constexpr std::array all_severities{Severity::critical, Severity::warning, Severity::info};

constexpr std::array all_recognised{Recognised::yes, Recognised::alternative, Recognised::alert, Recognised::no};

template <class Words>
auto word_among(const Words& words, std::string_view text) {
  const auto* found = std::find_if(words.begin(), words.end(), [&](auto word) { return to_string(word) == text; });
  return found == words.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

// Up to the first point before a space or an end.
std::string first_sentence(std::string_view text) {
  std::string line(text.substr(0, text.find("\n\n")));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line.substr(0, line.find(". ") == std::string::npos ? line.size() : line.find(". ") + 1);
}

class Page {
 public:
  explicit Page(const EmbeddedFile& file) : file_(file) { cause_.page = file.content; }

  Result<Cause> parse() {
    const auto parts = split(file_.content, "\n## ");
    read_head(trimmed(parts.front()));
    if (parts.size() != cause_sections.size() + 1)
      wrong(fmt::format("it has {} sections instead of {}", parts.size() - 1, cause_sections.size()));
    for (std::size_t i = 0; i < cause_sections.size() && what_.empty(); ++i) read_section(i, parts[i + 1]);
    if (!what_.empty()) return Error(Phase::content, Reason::parse, fmt::format("{}: {}", file_.name, what_));
    return std::move(cause_);
  }

 private:
  void wrong(std::string what) {
    if (what_.empty()) what_ = std::move(what);
  }

  void read_head(std::string_view head) {
    const auto lines = split(head, "\n");
    if (!lines.front().starts_with("# ")) return wrong("its first line is no title");
    cause_.id = lines.front().substr(2);
    if (file_.name != cause_.id + ".md") wrong(fmt::format("its title is {}", cause_.id));
    constexpr std::array names{"stage", "signals", "severity", "recognised"};
    if (lines.size() != names.size() + 2 || !lines[1].empty())
      return wrong("its head is not a title, an empty line, and one line each of stage, signals, severity, recognised");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto name = fmt::format("- {}: ", names[i]);
      const auto line = lines[i + 2];
      if (!line.starts_with(name)) return wrong(fmt::format("'{}' stands where '{}…' is expected", line, name));
      read_field(names[i], line.substr(name.size()));
    }
  }

  void read_field(std::string_view name, std::string_view value) {
    bool known = true;
    if (name == "stage") {
      known = take(cause_.stage, word_among(all_stages, value));
    } else if (name == "recognised") {
      known = take(cause_.recognised, word_among(all_recognised, value));
    } else if (name == "severity") {
      cause_.severity = word_among(all_severities, value);
      known = cause_.severity || value == "none";
    } else {
      for (const auto signal : split(value, ", "))
        known = known && take(cause_.signals.emplace_back(), word_among(all_signals, signal));
    }
    if (!known) wrong(fmt::format("'{}' is no {}", value, name));
  }

  template <class T>
  static bool take(T& into, const std::optional<T>& found) {
    if (found) into = *found;
    return found.has_value();
  }

  void read_section(std::size_t which, std::string_view section) {
    const auto title = section.substr(0, section.find('\n'));
    const auto text = trimmed(section.substr(title.size()));
    if (title != cause_sections[which])
      return wrong(fmt::format("'{}' stands where '{}' is expected", title, cause_sections[which]));
    if (text.empty()) return wrong(fmt::format("'{}' is empty", title));
    if (which == 0) cause_.summary = first_sentence(text);
    if (which + 1 == cause_sections.size()) read_neighbours(text);
  }

  void read_neighbours(std::string_view text) {
    for (const auto line : split(text, "\n")) {
      if (line.starts_with("  ")) continue;  // goes on with the one before
      const auto colon = line.find(": ");
      if (!line.starts_with("- ") || colon == std::string_view::npos)
        return wrong(fmt::format("'{}' is no neighbour: '- ID: what decides' is expected", line));
      cause_.neighbours.emplace_back(line.substr(2, colon - 2));
    }
  }

  const EmbeddedFile& file_;
  Cause cause_;
  std::string what_;  // is wrong, first
};

}  // namespace

std::string_view to_string(Recognised recognised) {
  constexpr std::array names{"yes", "alternative", "alert", "no"};
  return names[static_cast<std::size_t>(recognised)];
}

Result<Cause> parse_cause(const EmbeddedFile& page) { return Page(page).parse(); }

Catalogue::Catalogue(std::span<const EmbeddedFile> pages) {
  for (const auto& page : pages)
    if (auto cause = parse_cause(page)) causes_.push_back(std::move(*cause));
  std::sort(causes_.begin(), causes_.end(),
            [](const Cause& a, const Cause& b) { return std::tie(a.stage, a.id) < std::tie(b.stage, b.id); });
}

const Cause* Catalogue::find(std::string_view id) const {
  const auto found = std::find_if(causes_.begin(), causes_.end(), [&](const Cause& cause) { return cause.id == id; });
  return found == causes_.end() ? nullptr : &*found;
}

}  // namespace lgtmwatch
