// What `lgtmwatch init` found of a stack: what read_alloy, read_sources and the command fill in, and write_config
// writes. What could not be found out is in it as words: what has a `why_not` becomes a comment, `notes` stand beside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/scraper.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

using Notes = std::vector<std::string>;

struct FoundReceiver {
  std::string name;       // "backend"
  std::string component;  // "otelcol.receiver.otlp.backend"
  ReceiverKind kind = ReceiverKind::component;
  std::string listens;                // "0.0.0.0:4318"; empty where it has no port
  std::string address;                // as the configuration has it: a URL, HOST:PORT, the component, a file
  std::vector<Signal> signals;        // that are wired, where not all of them are
  std::vector<std::string> leads_to;  // exporters
  std::vector<ScrapeTarget> scraped;  // of a prometheus.scrape
  std::string why_not;
};

struct FoundExporter {
  std::string component;
  std::string sends_to;
  std::string tenant;
};

struct FoundAlloy {
  std::string name;
  std::string url;
  std::vector<FoundReceiver> receivers;
  std::vector<FoundExporter> exporters;
  Notes notes;
  std::string why_not;  // it did not answer
};

struct FoundBackend {
  Component component = Component::loki;
  std::string url;
  MimirKind kind = MimirKind::mimir;
  std::string tenant;
  std::string uid;        // of Grafana's datasource
  std::string otlp_grpc;  // of Tempo
  bool answers = true;    // from where init runs
  Notes notes;
  std::string why_not;
};

struct FoundGrafana {
  std::string url;
  std::string token_file;
  std::vector<std::string> dashboards;
  Notes notes;
  std::string why_not;
};

struct FoundWay {
  Signal signal = Signal::metrics;
  std::string receiver;
  std::string selector;  // where the default one does not fit
  std::optional<Duration> max_age;
  std::string said;  // what was observed
  std::string why_not;
};

struct FoundSource {
  std::string name;
  std::string container;
  std::vector<FoundWay> ways;
};

struct FoundDocker {
  std::string socket;
  Notes notes;
  std::string why_not;
};

struct FoundStack {
  std::string name;
  std::string tenant;
  std::string ca_file;  // of everything that is asked by https
  bool skip_verify = false;
  std::vector<std::string> asked;  // addresses, for the first line
  std::vector<FoundBackend> backends;
  std::optional<FoundGrafana> grafana;
  std::vector<FoundAlloy> alloys;
  std::vector<FoundSource> sources;
  std::vector<std::string> stack_jobs;  // empty where the usual ones do
  std::optional<FoundDocker> docker;
  Notes notes;
};

// Not left out as a comment; of a source, at least one of its ways.
bool is_active(const FoundWay& way);
bool is_active(const FoundSource& source);
// A scrape is a receiver only where a source comes by it; else it is the stack's own.
bool is_listed(const FoundStack& stack, const FoundReceiver& receiver);

// What was found, for people: "Loki, Tempo, Mimir, Grafana, 5 receivers, 1 source with 4 expectations". Empty where
// nothing was found that could be watched.
std::string summary_of(const FoundStack& stack);

// How many things stand in comments because they could not be found out or used.
std::size_t left_out_of(const FoundStack& stack);

// Of each that was asked and tells nothing, why: "Grafana at http://grafana:3000: it refused the connection".
std::vector<std::string> silence_of(const FoundStack& stack);

// What an operator must know before relying on the file: backends that nothing will watch, or only from elsewhere.
std::vector<std::string> warnings_of(const FoundStack& stack);

const FoundBackend* backend_in(const FoundStack& stack, Component component);  // null where it has none

}  // namespace lgtmwatch
