#include "daemon/serve/pipeline_metrics.hpp"

#include <algorithm>
#include <array>

#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_exporters = 64;

struct NamedKind {
  CounterKind kind;
  const char* label;
};

constexpr std::array receiver_results{NamedKind{CounterKind::receiver_accepted, "accepted"},
                                      NamedKind{CounterKind::receiver_refused, "refused"},
                                      NamedKind{CounterKind::receiver_failed, "failed"}};
constexpr std::array exporter_results{NamedKind{CounterKind::exporter_sent, "sent"},
                                      NamedKind{CounterKind::exporter_failed, "failed"},
                                      NamedKind{CounterKind::exporter_dropped, "dropped"}};

std::string word(Signal signal) { return std::string(to_string(signal)); }

class AlloyFigures {
 public:
  AlloyFigures(Families& out, const View& view, const AlloyPlan& alloy)
      : out_(out), view_(view), stack_(view.plan().name), pipeline_(view, alloy) {}

  void add() {
    for (const auto& receiver : pipeline_.alloy().receivers) {
      for (const auto signal : receiver.signals) add_receiver(receiver, signal);
      if (receiver.kind == ReceiverKind::file || receiver.component.starts_with("loki.source.")) add_scraper(receiver);
    }
    const bool several = view_.plan().alloys.size() > 1;
    std::size_t written = 0;
    for (const auto& exporter : subjects_of(pipeline_.counters(), CounterKind::exporter_sent))
      if (written++ < most_exporters)
        add_exporter(exporter, several ? pipeline_.alloy().name + "/" + exporter : exporter);
  }

 private:
  void add_receiver(const ReceiverPlan& receiver, Signal signal) {
    for (const auto& [kind, result] : receiver_results) {
      const auto flow = pipeline_.taken(receiver, signal, kind);
      if (flow.known)
        out_.counter("receiver_items_total", "Items that a receiver of Alloy accepted, refused, or failed to hand on.",
                     {{"stack", stack_}, {"receiver", receiver.name}, {"signal", word(signal)}, {"result", result}},
                     flow.total);
    }
  }

  void add_scraper(const ReceiverPlan& receiver) {
    const Labels labels{{"stack", stack_}, {"receiver", receiver.name}};
    if (const auto* scraper = view_.settled<AlloyScraper>("alloy_scraper", receiver.name).value())
      out_.gauge("scraper_targets", "What a log scraper tails.", labels, static_cast<double>(scraper->tailed.size()));
    const auto entries = pipeline_.lines_read(receiver);
    if (entries.known) out_.counter("scraper_entries_total", "Lines that a log scraper read.", labels, entries.total);
  }

  void add_exporter(const std::string& exporter, const std::string& name) {
    const auto* windows = pipeline_.counters();
    for (const auto signal : all_signals) {
      for (const auto& [kind, result] : exporter_results) {
        const auto flow = pipeline_.flow({kind, exporter, signal, {}});
        if (flow.known)
          out_.counter("exporter_items_total", "Items that an exporter of Alloy sent, gave up, or had no room for.",
                       {{"stack", stack_}, {"exporter", name}, {"signal", word(signal)}, {"result", result}},
                       flow.total);
      }
    }
    double size = 0, capacity = 0;
    for (const auto signal : all_signals) {
      size += gauge_value(windows, GaugeKind::queue_size, exporter, signal);
      capacity = std::max(capacity, gauge_value(windows, GaugeKind::queue_capacity, exporter, signal));
    }
    if (capacity == 0) return;
    const Labels labels{{"stack", stack_}, {"exporter", name}};
    out_.gauge("exporter_queue_size", "Requests that wait in the queues of an exporter.", labels, size);
    out_.gauge("exporter_queue_capacity", "Room of the longest queue of an exporter.", labels, capacity);
  }

  Families& out_;
  const View& view_;
  const std::string& stack_;
  Pipeline pipeline_;
};

void add_backend(Families& out, const View& view, Signal signal) {
  const auto backend = backend_of(signal);
  const std::string name(to_string(backend));
  const auto* windows = view.counters(name + "_metrics", view.address(backend));
  const auto received = flow_of(windows, {CounterKind::backend_received, name, {}, ""});
  if (!received.known) return;
  const Labels labels{{"stack", view.plan().name}, {"component", name}, {"signal", word(signal)}};
  out.counter("backend_received_total", "Items that a backend received.", labels, received.total);
  // Absent before the first one: it counts zero as long as others are there.
  out.counter("backend_discarded_total", "Items that a backend discarded.", labels,
              flow_of(windows, {CounterKind::backend_discarded, name, {}, {}}).total);
}

}  // namespace

void add_pipelines(Families& out, const StackSnapshot& stack, WallTime now) {
  const View view(stack.facts, now);
  for (const auto& alloy : view.plan().alloys) AlloyFigures(out, view, alloy).add();
  for (const auto signal : all_signals)
    if (view.backend(backend_of(signal))) add_backend(out, view, signal);
}

}  // namespace lgtmwatch
