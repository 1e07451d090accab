// What is wrong with a receiver, from what it did when an empty export was offered: the table of causes.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/plan.hpp"

namespace lgtmwatch {

struct ReceiverCause {
  std::string cause;
  std::string summary;  // about {receiver}, followed by what was seen
  std::string remedy;
  std::vector<std::string> alternatives;
};

// Who is asked: a receiver of Alloy, or Tempo's own.
struct AskedReceiver {
  ReceiverKind kind = ReceiverKind::otlp_http;
  const Endpoint& endpoint;
  bool of_tempo = false;
};

ReceiverCause receiver_cause(const AskedReceiver& asked, const Error& refusal, bool refuses_all_signals);

// Where there is a proxy, what fails before the connection stands is between lgtmwatch and the proxy, or behind it.
bool fails_at_proxy(const Endpoint& endpoint, const Error& error);

// The same, or lgtmwatch did not get to run: nothing is known of the component.
bool is_trouble_of_lgtmwatch(const Endpoint& endpoint, const Error& error);

}  // namespace lgtmwatch
