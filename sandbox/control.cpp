#include "sandbox/control.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {

namespace boost_json = boost::json;

namespace {

constexpr std::string_view faults_path = "/faults";

ServerResponse problem(int status, const std::string& what) {
  return {status, json_plain, boost_json::serialize(boost_json::object{{"error", what}})};
}

// Clients may escape the two characters that names of faults contain.
std::string unescaped(std::string_view path) {
  std::string text(path);
  for (const auto* escaped : {"%3A", "%3a"}) text = replace_all(std::move(text), escaped, ":");
  for (const auto* escaped : {"%2F", "%2f"}) text = replace_all(std::move(text), escaped, "/");
  return text;
}

boost_json::array active_of(const Faults& faults, std::string_view name) {
  boost_json::array active;
  for (const auto& [fault, active_since] : faults.active())
    if (name.empty() || fault.substr(0, fault.find(':')) == name) active.emplace_back(fault);
  return active;
}

}  // namespace

ServerResponse Control::answer(const ServerRequest& request) {
  const auto path = request.path();
  if (path == "/" && request.method == "GET") return {200, json_plain, about_};
  if (path == faults_path && request.method == "GET") return list();
  if (path == faults_path && request.method == "DELETE") return clear_all();
  if (!starts_with(path, "/faults/"))
    return problem(404, "there is GET /faults, POST and DELETE /faults/NAME[:TARGET]");
  const auto fault = unescaped(path.substr(faults_path.size() + 1));
  if (const auto wrong = problem_of_fault(fault)) return problem(404, *wrong);
  if (request.method == "POST") return set(fault, request);
  if (request.method == "DELETE") return clear(fault);
  return problem(405, "a fault is set with POST and cleared with DELETE");
}

ServerResponse Control::list() const {
  boost_json::array all;
  for (const auto& kind : known_faults()) {
    boost_json::object one;
    one["name"] = kind.name;
    one["sentence"] = kind.sentence;
    boost_json::array targets;
    for (const auto& target : kind.targets) targets.emplace_back(target);
    one["targets"] = std::move(targets);
    one["active"] = active_of(faults_, kind.name);
    all.emplace_back(std::move(one));
  }
  boost_json::object body;
  body["active"] = active_of(faults_, {});
  body["faults"] = std::move(all);
  return json(body);
}

ServerResponse Control::set(const std::string& fault, const ServerRequest& request) {
  const auto text_of_since = request.query("since");
  const auto since = parse_duration(text_of_since.empty() ? "0s" : text_of_since);
  if (!since) return problem(400, since.error().what);
  take_(fault, *since);
  changed_();
  return list();
}

ServerResponse Control::clear(const std::string& fault) {
  faults_.clear(fault);
  changed_();
  return list();
}

ServerResponse Control::clear_all() {
  faults_.clear_all();
  changed_();
  return list();
}

}  // namespace lgtmwatch::sandbox
