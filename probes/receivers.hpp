// What the probes of receivers have in common: each signal is offered as an empty export, on a fresh connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

class ReceiverProbe : public Probe {
 public:
  ReceiverProbe(ProbePlan plan, std::vector<Signal> signals) : Probe(std::move(plan)), signals_(std::move(signals)) {}

  // Where there was no answer at all for one signal, the others are not offered: they would meet the same.
  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const final;

 protected:
  // Nothing where the empty export was taken, else why not.
  virtual boost::asio::awaitable<std::optional<Error>> offer(Asker& asker, Signal signal) const = 0;
  std::string address() const { return plan().endpoint.url.address(); }

 private:
  std::vector<Signal> signals_;
};

using MakeReceiverProbe = std::unique_ptr<Probe> (*)(ProbePlan plan, std::vector<Signal> signals);

// One probe for each receiver of the kind, with the receiver as its target.
Probes make_receivers(const StackPlan& stack, ReceiverKind kind, const std::string& name, MakeReceiverProbe make);

// A push that writes nothing to the path of the endpoint's URL, or to the usual path where it has none.
HttpRequest empty_push(const Endpoint& endpoint, const std::string& usual_path, std::string content_type,
                       std::string body);

// Of a push that was not taken: TLS, another path, credentials, another protocol or a refusal.
Error push_error(const HttpResponse& response, const Endpoint& endpoint, std::string_view what);

}  // namespace lgtmwatch
