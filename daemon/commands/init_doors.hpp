// Whether what `lgtmwatch init` found can be reached from where it runs, and by which address.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/init/found.hpp"
#include "daemon/model/containers.hpp"
#include "probes/asker.hpp"

namespace lgtmwatch {

// What is asked with, and for how long.
struct InitWay {
  Clients clients;
  const Clock& clock;
  Deadline deadline;
  TlsSettings tls;  // where something is asked by https
  std::string tenant;
};

// Without credentials; an error where the text is no address.
Result<Endpoint> endpoint_of(const InitWay& way, const std::string& url, const std::string& tenant);
Asker asker_of(const InitWay& way, const Endpoint& endpoint);
// A GET whose answer may be a list of megabytes.
// Why it tells nothing, for people that have only the flags of init: a server that does not know the page is another.
std::string silence_in_words(const Error& error, std::string_view server, std::string_view page);
HttpRequest long_answer(std::string target);

// A receiver that does not answer at its address gets that by which Docker publishes it, or a why_not.
boost::asio::awaitable<void> reach_receivers(const InitWay& way, const std::vector<Container>& containers,
                                             FoundAlloy& alloy);

// Takes the first address at which the backend answers: its own, the one that is seen from outside of the host of
// Grafana, and the one that Docker publishes. Where none does, the first stays, with a note, and the answer is false.
boost::asio::awaitable<bool> reach_backend(const InitWay& way, const std::vector<Container>& containers,
                                           std::string host_of_grafana, FoundBackend& backend);

// Whether Tempo's own OTLP receiver, to which Alloy exports, answers.
boost::asio::awaitable<bool> takes_otlp_grpc(const InitWay& way, std::string address);

// "scanium-loki on observability (scanium-loki, loki)"; empty where it is no container that is known.
std::string names_of(const Container& container);

}  // namespace lgtmwatch
