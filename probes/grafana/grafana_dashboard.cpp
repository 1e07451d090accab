#include "probes/grafana/grafana_dashboard.hpp"

#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_panels = 100;
constexpr std::size_t most_dashboards = 20;
constexpr std::size_t dashboard_limit = 8 << 20;
constexpr std::string_view folder_prefix = "folder:";

using Uids = std::vector<std::string>;

HttpRequest large(std::string target) {
  HttpRequest request(std::move(target));
  request.body_limit = dashboard_limit;
  return request;
}

class DashboardProbe final : public Probe {
 public:
  // patience: with a single request.
  DashboardProbe(ProbePlan plan, Duration patience) : Probe(std::move(plan)), patience_(patience) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    DashboardPanels found;
    auto datasources = co_await list_datasources(asker, address());
    if (!datasources) co_return datasources.error();
    asker.forget_exchanges_from(0);
    auto uids = co_await uids_to_ask(asker, found);
    if (!uids) co_return uids.error();
    for (const auto& uid : *uids) {
      auto body = co_await read_dashboard(asker, uid);
      if (!body) co_return body.error();
      found.missing = found.missing || (body->empty() && !is_folder());
      if (body->empty()) continue;
      const auto dashboard = parse_dashboard(*body, *datasources);
      if (!dashboard) co_return dashboard.error();
      asker.forget_exchanges_from(evidence_of(found));
      found.left_out += dashboard->left_out;
      auto failed = co_await ask_panels(asker, *dashboard, found);
      if (failed) co_return *failed;
    }
    co_return found;
  }

 private:
  std::string address() const { return plan().endpoint.url.address(); }

  bool is_folder() const { return plan().target.starts_with(folder_prefix); }

  static std::size_t evidence_of(const DashboardPanels& found) {
    constexpr std::size_t first_answer = 1;
    return found.panels.empty() ? first_answer : found.panels.back().asked_end;
  }

  boost::asio::awaitable<Result<Uids>> uids_to_ask(Asker& asker, DashboardPanels& found) const {
    const auto& target = plan().target;
    Uids uids(1, target);
    if (!is_folder()) co_return uids;
    auto listed = co_await asker.ask_ok(large("/api/search?type=dash-db&limit=5000"));
    if (!listed) co_return listed.error();
    auto of_folder = parse_dashboards_of_folder(listed->body, target.substr(folder_prefix.size()));
    if (!of_folder) co_return of_folder.error();
    found.missing = of_folder->empty();
    if (of_folder->size() > most_dashboards) found.not_asked += of_folder->size() - most_dashboards;
    of_folder->resize(std::min(of_folder->size(), most_dashboards));
    co_return *of_folder;
  }

  // An empty body where Grafana knows no such dashboard.
  boost::asio::awaitable<Result<std::string>> read_dashboard(Asker& asker, const std::string& uid) const {
    auto response = co_await asker.ask(large("/api/dashboards/uid/" + percent_encode(uid)));
    if (!response) co_return response.error();
    if (response->status == 200) co_return response->body;
    if (response->status == 404 && grafana_message(response->body)) co_return std::string();
    co_return status_error(*response, address());
  }

  // The error of the run, where nobody could know more of the panels.
  boost::asio::awaitable<std::optional<Error>> ask_panels(Asker& asker, const Dashboard& dashboard,
                                                          DashboardPanels& found) const {
    asker.give_each_request(patience_);
    for (const auto& panel : dashboard.panels) {
      auto questions = panel_questions(panel, panel.queries, asker.now());
      found.left_out += questions.empty() ? 1 : 0;
      if (questions.empty()) continue;
      if (found.panels.size() >= most_panels) ++found.not_asked;
      if (found.panels.size() >= most_panels) continue;
      const auto first = asker.exchanges();
      auto judged = co_await ask_panel(asker, panel, std::move(questions));
      if (judged && judged->state == PanelState::empty && !panel.wider.empty())
        judged = co_await ask_wider(asker, panel, std::move(*judged));
      if (!judged && judged.error().reason != Reason::timeout) co_return judged.error();
      if (!judged) judged = timed_out(judged.error());
      if (judged->only_for_browsers) ++found.left_out;
      if (judged->state == PanelState::data || judged->only_for_browsers) asker.forget_exchanges_from(first);
      if (!judged->only_for_browsers) found.panels.push_back(answered(panel, *judged, first, asker.exchanges()));
    }
    co_return std::nullopt;
  }

  boost::asio::awaitable<Result<PanelJudgement>> ask_panel(Asker& asker, const Panel& panel,
                                                           std::vector<PanelQuestion> questions) const {
    std::optional<PanelJudgement> whole;
    for (auto& question : questions) {
      auto response = co_await asker.ask(std::move(question.request));
      if (!response) co_return response.error();
      if (auto rejected = rejection_by_grafana(*response, address())) co_return *rejected;
      auto judged = judge_panel(*response, panel, question.is_search);
      whole = whole ? both(std::move(*whole), std::move(judged)) : std::move(judged);
    }
    co_return *whole;
  }

  // Whoever opens the dashboard sees other values of the variables than those that were saved, where these are gone.
  boost::asio::awaitable<Result<PanelJudgement>> ask_wider(Asker& asker, const Panel& panel,
                                                           PanelJudgement narrow) const {
    const auto first = asker.exchanges();
    auto questions = panel_questions(panel, panel.wider, asker.now());
    auto wide = co_await ask_panel(asker, panel, std::move(questions));
    if (!wide) co_return wide.error();
    asker.forget_exchanges_from(first);
    if (wide->state == PanelState::empty) co_return narrow;
    narrow.state = PanelState::unknown;
    narrow.what = "it is empty for the saved values of its variables, but others have data";
    if (wide->state != PanelState::data) narrow.what = "it is empty for the saved values of its variables";
    co_return narrow;
  }

  static PanelJudgement timed_out(const Error& error) {
    PanelJudgement judged;
    judged.what = error.what;
    return judged;
  }

  static PanelAnswer answered(const Panel& panel, const PanelJudgement& judged, std::size_t first, std::size_t end) {
    PanelAnswer made;
    made.id = panel.id;
    made.title = panel.title;
    made.datasources = panel.datasources;
    made.state = judged.state;
    made.what = judged.what;
    made.newest = judged.newest;
    made.seldom = panel.seldom;
    made.unknown_datasource = judged.unknown_datasource;
    made.asked_first = first;
    made.asked_end = end;
    return made;
  }

  Duration patience_;
};

}  // namespace

PanelJudgement both(PanelJudgement one, PanelJudgement other) {
  const auto weight = [](PanelState state) {
    switch (state) {
      case PanelState::error: return 3;
      case PanelState::data: return 2;
      case PanelState::unknown: return 1;
      default: return 0;
    }
  };
  return weight(other.state) > weight(one.state) ? other : one;
}

Probes make_grafana_dashboards(const StackPlan& stack) {
  Probes probes;
  if (!stack.grafana) return probes;
  for (const auto& dashboard : stack.grafana->dashboards) {
    auto plan = plan_for(stack, "grafana_dashboard", dashboard, Component::grafana, *stack.grafana);
    plan.interval = stack.grafana->dashboard_interval();
    plan.timeout = stack.grafana->dashboard_timeout();
    probes.push_back(std::make_unique<DashboardProbe>(std::move(plan), stack.grafana->timeout));
  }
  return probes;
}

}  // namespace lgtmwatch
