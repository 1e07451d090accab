#include "daemon/commands/init_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/commands/init_contents.hpp"
#include "daemon/commands/init_grafana.hpp"
#include "daemon/init/read_alloy.hpp"
#include "daemon/init/read_exporters.hpp"
#include "daemon/model/api_prefix.hpp"
#include "daemon/model/stack_jobs.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/docker/docker_containers.hpp"
#include "probes/grafana/datasource_questions.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::array backends{Component::loki, Component::tempo, Component::mimir};
constexpr std::size_t most_components = 256;

class Questions {
 public:
  Questions(const InitOrder& order, Clients clients, const Clock& clock, Deadline deadline)
      : order_(order), way_{clients, clock, deadline, order.tls, order.tenant} {
    stack_.name = order.stack;
    stack_.tenant = order.tenant;
    stack_.ca_file = order.tls.ca_file;
    stack_.skip_verify = order.tls.insecure_skip_verify;
  }

  asio::awaitable<FoundStack> ask() {
    if (order_.docker) co_await ask_docker();
    if (order_.grafana) co_await ask_grafana();
    for (std::size_t i = 0; i < order_.alloys.size(); ++i) co_await ask_alloy(i);
    make_names_unique(stack_.alloys);
    for (const auto backend : backends)
      if (!backend_in(stack_, backend)) take_from_exporters(backend);
    for (auto& backend : stack_.backends) co_await settle(backend);
    stack_.stack_jobs = stack_jobs_of(stack_);
    for (const auto backend : backends) co_await look_into(backend);
    stack_.sources = read_sources(seen_, stack_.alloys, used_, containers_);
    co_return std::move(stack_);
  }

 private:
  asio::awaitable<void> ask_docker() {
    const auto& endpoint = *order_.docker;
    auto asker = asker_of(way_, endpoint);
    FoundDocker docker;
    docker.socket = order_.docker_socket;
    auto found = co_await ask_for_containers(asker, endpoint.url.address());
    if (found) {
      containers_ = std::move(found->containers);
      for (const auto& container : containers_) docker.notes.push_back(names_of(container));
      if (found->left_out > 0) docker.notes.push_back(fmt::format("and {} containers more", found->left_out));
    } else {
      docker.why_not = found.error().what;
    }
    stack_.asked.push_back("Docker at " + docker.socket);
    stack_.docker = std::move(docker);
  }

  asio::awaitable<void> ask_grafana() {
    stack_.asked.push_back("Grafana at " + order_.grafana->url.text());
    auto told = co_await init_ask_grafana(way_, *order_.grafana, order_.token_file);
    stack_.grafana = std::move(told.grafana);
    stack_.backends = std::move(told.backends);
  }

  asio::awaitable<void> ask_alloy(std::size_t index) {
    const auto& endpoint = order_.alloys[index];
    auto asker = asker_of(way_, endpoint);
    const auto name = order_.alloys.size() == 1 ? std::string("gateway") : endpoint.url.host();
    stack_.asked.push_back("Alloy at " + endpoint.url.text());
    auto request = long_answer("/api/v0/web/components");
    auto listed = co_await asker.ask_ok(std::move(request));
    auto components = listed ? parse_alloy_components(listed->body) : Result<AlloyComponents>(listed.error());
    if (!components) {
      FoundAlloy silent;
      silent.name = name;
      silent.url = endpoint.url.text();
      silent.why_not = silence_in_words(components.error(), "Alloy", "/api/v0/web/components");
      stack_.alloys.push_back(std::move(silent));
      co_return;
    }
    AlloyAnswers answers;
    answers.components = std::move(*components);
    auto unanswered = co_await ask_arguments(asker, answers);
    auto alloy = read_alloy(unused_name(name), endpoint.url, answers);
    std::move(unanswered.begin(), unanswered.end(), std::back_inserter(alloy.notes));
    if (listed->body.find("\"createdModuleIDs\"") != std::string::npos)
      alloy.notes.push_back(
          "this Alloy runs modules, whose components its API does not list: receivers in them are "
          "left out");
    co_await reach_receivers(way_, containers_, alloy);
    stack_.alloys.push_back(std::move(alloy));
    co_await ask_use(asker);
  }

  std::string unused_name(const std::string& name) const {
    const auto same = std::count_if(stack_.alloys.begin(), stack_.alloys.end(),
                                    [&](const FoundAlloy& each) { return each.name.starts_with(name); });
    return same == 0 ? name : fmt::format("{}-{}", name, same + 1);
  }

  // What could not be asked.
  asio::awaitable<Notes> ask_arguments(Asker& asker, AlloyAnswers& answers) {
    Notes unanswered;
    std::size_t asked = 0;
    for (auto& component : answers.components.components) {
      if (!is_asked_by_init(component.id) || asked == most_components) continue;
      ++asked;
      auto request = long_answer("/api/v0/web/components/" + component.id);
      auto detail = co_await asker.ask_ok(std::move(request));
      if (!detail) {
        unanswered.push_back(
            fmt::format("{}: its arguments could not be asked: {}", component.id, detail.error().what));
        continue;
      }
      read_alloy_arguments(detail->body, component);
      answers.details[component.id] = read_alloy_details(detail->body);
      auto file = parse_file_component(component.id, detail->body);
      if (file && component.id.starts_with("loki.source.file.")) answers.files.push_back(std::move(*file));
    }
    co_return unanswered;
  }

  asio::awaitable<void> ask_use(Asker& asker) {
    auto request = long_answer("/metrics");
    auto answer = co_await asker.ask_ok(std::move(request));
    if (!answer) co_return;
    const auto metrics = parse_alloy_metrics(answer->body);
    if (!metrics) co_return;
    const auto used = receivers_in_use(metrics->readings);
    used_.insert(used_.end(), used.begin(), used.end());
  }

  // Where Grafana tells nothing of the backend.
  void take_from_exporters(Component backend) {
    auto found = backend_of_exporters(stack_.alloys, backend);
    if (order_.grafana && stack_.grafana->why_not.empty())
      found.notes.push_back(fmt::format("Grafana has no datasource of {}", display_name(backend)));
    stack_.backends.push_back(std::move(found));
  }

  asio::awaitable<void> settle(FoundBackend& backend) {
    if (backend.url.empty() && !backend.uid.empty()) take_address(backend);
    add_what_exporters_tell(stack_.alloys, backend);
    if (!backend.why_not.empty()) {
      if (!backend.uid.empty()) co_await find_without_grafana(backend);
      co_return;
    }
    const auto host = order_.grafana ? order_.grafana->url.host() : std::string("localhost");
    co_await reach_backend(way_, containers_, host, backend);
    if (backend.otlp_grpc.empty()) co_return;
    const bool takes = co_await takes_otlp_grpc(way_, backend.otlp_grpc);
    if (takes) co_return;
    backend.notes.push_back(
        fmt::format("Alloy sends traces to {}, which does not answer from here: otlp: {{ grpc: {} }}",
                    backend.otlp_grpc, backend.otlp_grpc));
    backend.otlp_grpc.clear();
  }

  // Where no datasource works, but Alloy sends to a backend that answers.
  asio::awaitable<void> find_without_grafana(FoundBackend& backend) {
    auto told = backend_of_exporters(stack_.alloys, backend.component);
    if (!told.why_not.empty()) co_return;
    const std::string host("localhost");
    const bool answers = co_await reach_backend(way_, containers_, host, told);
    if (!answers) co_return;
    told.notes.push_back(backend.why_not);
    told.notes.insert(told.notes.end(), backend.notes.begin(), backend.notes.end());
    told.notes.emplace_back("Alloy sends to this address, which answers");
    backend = std::move(told);
  }

  // Where Grafana shows that there is a datasource, but not its address.
  void take_address(FoundBackend& backend) const {
    const auto told = backend_of_exporters(stack_.alloys, backend.component);
    if (!told.why_not.empty()) {
      backend.why_not += "; " + told.why_not;
      return;
    }
    backend.url = told.url;
    backend.kind = told.kind;
    backend.why_not.clear();
  }

  asio::awaitable<void> look_into(Component component) {
    const auto* backend = backend_in(stack_, component);
    if (!backend || !backend->why_not.empty()) co_return;
    const auto door = door_to(*backend);
    if (!door) co_return;
    auto asker = asker_of(way_, door->endpoint);
    auto jobs = usual_stack_jobs();
    jobs.insert(stack_.stack_jobs.begin(), stack_.stack_jobs.end());
    Contents contents;
    if (component == Component::loki) contents = co_await look_into_loki(asker, door->prefix, jobs);
    if (component == Component::tempo) contents = co_await look_into_tempo(asker, door->prefix, jobs);
    if (component == Component::mimir) contents = co_await look_into_mimir(asker, door->prefix, jobs);
    seen_.insert(seen_.end(), contents.seen.begin(), contents.seen.end());
    stack_.notes.insert(stack_.notes.end(), contents.notes.begin(), contents.notes.end());
  }

  std::optional<QueryDoor> door_to(const FoundBackend& backend) const {
    if (!backend.uid.empty() && order_.grafana) {
      QueryDoor door(*order_.grafana);
      door.prefix = datasource_proxy(backend.uid);
      return door;
    }
    const auto endpoint = endpoint_of(way_, backend.url, backend.tenant.empty() ? order_.tenant : backend.tenant);
    if (!endpoint) return std::nullopt;
    QueryDoor door(*endpoint);
    if (backend.component == Component::mimir) door.prefix = api_prefix_of(backend.kind);
    return door;
  }

  const InitOrder& order_;
  InitWay way_;
  FoundStack stack_;
  std::vector<Container> containers_;
  std::vector<ReceiverUse> used_;
  std::vector<Seen> seen_;
};

}  // namespace

asio::awaitable<FoundStack> find_out(const InitOrder& order, Clients clients, const Clock& clock, Deadline deadline) {
  Questions questions(order, clients, clock, deadline);
  auto found = co_await questions.ask();
  co_return found;
}

}  // namespace lgtmwatch
