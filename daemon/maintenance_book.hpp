// MaintenanceBook: the windows of maintenance, those of the configuration and those that were announced over HTTP. The
// latter are kept in a file where there is one, else in memory.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/maintenance_file.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

class MaintenanceBook {
 public:
  using NewId = std::function<std::string()>;

  // The file is that of the book alone. What is in it and over by now is forgotten.
  static Result<MaintenanceBook> open(std::optional<MaintenanceFile> file, WallTime now, NewId new_id);

  // Takes the windows of the configuration in place of those before.
  void configure(const Plan& plan);
  // What holds, or will hold, in the stack of the configuration.
  Maintenance of(const std::string& stack) const;
  std::map<std::string, Maintenance> by_stack() const;
  // All that is not over, those of the configuration first.
  std::vector<AnnouncedWindow> list(WallTime now) const;

  // Gives it an id. An error changes nothing: there are too many, or the file cannot be written.
  Result<AnnouncedWindow> add(AnnouncedWindow window, WallTime now);
  // False where there is no such window.
  Result<bool> remove(const std::string& id);

 private:
  MaintenanceBook(std::optional<MaintenanceFile> file, NewId new_id)
      : file_(std::move(file)), new_id_(std::move(new_id)) {}
  Result<void> forget_what_is_over(WallTime now);

  std::optional<MaintenanceFile> file_;
  NewId new_id_;
  std::map<std::string, Maintenance> configured_;  // by stack
  std::vector<AnnouncedWindow> announced_;
};

// Sixteen hex digits by chance.
std::string new_window_id();

}  // namespace lgtmwatch
