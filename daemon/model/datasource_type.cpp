#include "daemon/model/datasource_type.hpp"

namespace lgtmwatch {

std::string_view datasource_type(Component backend) {
  return backend == Component::mimir ? std::string_view("prometheus") : to_string(backend);
}

std::optional<Component> backend_of_type(std::string_view type) {
  for (const auto backend : {Component::loki, Component::tempo, Component::mimir})
    if (datasource_type(backend) == type) return backend;
  return std::nullopt;
}

}  // namespace lgtmwatch
