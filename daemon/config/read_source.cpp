#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array expect_words{Choice<Expect>{"always", Expect::always},
                                  Choice<Expect>{"when_active", Expect::when_active}};

WaySettings read_way(const YamlValue& value, Signal signal) {
  WaySettings way;
  way.place = value.place();
  way.signal = signal;
  MapReader map(value);
  way.receiver = map.name("receiver");
  way.max_age = map.duration("max_age");
  if (const auto expect = map.get("expect")) way.expect = expect->choice(expect_words);
  way.selector = map.name("selector");
  map.finish();
  return way;
}

}  // namespace

SourceSettings read_source(const YamlValue& value) {
  SourceSettings source;
  source.place = value.place();
  MapReader map(value);
  map.require("name", "every source has a name of its own, usually its service.name");
  source.name = map.name("name");
  source.container = map.name("container");
  if (const auto metrics = map.get("metrics")) source.ways.push_back(read_way(*metrics, Signal::metrics));
  if (const auto logs = map.get("logs")) {
    for (const auto& way : logs->map_or_maps()) source.ways.push_back(read_way(way, Signal::logs));
  }
  if (const auto traces = map.get("traces")) source.ways.push_back(read_way(*traces, Signal::traces));
  map.finish();
  return source;
}

}  // namespace lgtmwatch
