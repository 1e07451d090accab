#include "daemon/serve/incident_report.hpp"

#include <catch2/catch.hpp>

#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

struct Told {
  Told() {
    shop.begins(finding("backend-down", "refused at noon"));
    book.look(shop.snapshot());
    shop.at += 1h;
    shop.verdict.findings[0].evidence = {"refused | later"};
    shop.begins(finding("old-data-missing"));
    book.look(shop.snapshot());
  }

  std::string report() const { return incident_markdown(*book.find(1), book, Catalogue(cause_pages()), noon + 2h); }

  Shop shop;
  IncidentBook book;
};

TEST_CASE("The report of an incident tells its time line, evidence, root cause, remedy and what followed") {
  const auto report = Told().report();
  CHECK_THAT(report, Catch::StartsWith("# Incident 1 of shop: backend-down happens\n\n"
                                       "- open since 2026-11-22T12:00:00Z, for 2h\n"
                                       "- critical, makes logs broken\n"
                                       "- root cause: `backend-down` at stage ingest, of loki\n"));
  CHECK_THAT(report, Contains("| 2026-11-22T12:00:00Z | opened, critical: backend-down happens |\n"));
  CHECK_THAT(report,
             Contains("\n## Root cause\n\nbackend-down happens. A backend does not run, ") &&
                 Contains("`lgtmwatch explain backend-down` shows the run book.\n\nCould also be:\n\n- the net"));
  CHECK_THAT(report, Contains("\n## What to do\n\n- mend it\n"));
  CHECK_THAT(report, Contains("\n## What followed from it\n\n- no logs of shop arrive\n"));
  CHECK_THAT(report, Contains("When it came, 2026-11-22T12:00:00Z:\n\n- refused at noon\n") &&
                         Contains("As it was seen last:\n\n- refused \\| later\n"));
  CHECK_THAT(report,
             Contains("\n## In the same stack meanwhile\n\n- incident 2: old-data-missing happens (open since "));
}

TEST_CASE("An incident that is over is told with its end and its length") {
  Told told;
  told.shop.at += 1h;
  told.shop.ends();
  told.book.look(told.shop.snapshot());
  CHECK_THAT(told.report(), Contains("- from 2026-11-22T12:00:00Z to 2026-11-22T14:00:00Z, 2h\n"));
}

}  // namespace
