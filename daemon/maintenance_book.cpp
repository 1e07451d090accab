#include "daemon/maintenance_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace lgtmwatch {
namespace {

constexpr std::size_t most_announced = 1000;

bool is_over(const AnnouncedWindow& announced, WallTime now) { return announced.window.end <= now; }

// What the configuration says of several stacks is one window.
void note(std::vector<AnnouncedWindow>& windows, const std::string& stack, const MaintenanceWindow& window) {
  auto known = std::find_if(windows.begin(), windows.end(), [&](const auto& each) { return each.window == window; });
  if (known == windows.end()) {
    known = windows.emplace(windows.end());
    known->window = window;
  }
  known->stacks.push_back(stack);
}

}  // namespace

Result<MaintenanceBook> MaintenanceBook::open(std::optional<MaintenanceFile> file, WallTime now, NewId new_id) {
  MaintenanceBook book(std::move(file), std::move(new_id));
  if (!book.file_) return book;
  auto kept = book.file_->read();
  if (!kept) return kept.error();
  book.announced_ = std::move(*kept);
  const auto forgotten = book.forget_what_is_over(now);
  if (!forgotten) return forgotten.error();
  return book;
}

void MaintenanceBook::configure(const Plan& plan) {
  configured_.clear();
  for (const auto& stack : plan.stacks) configured_.emplace(stack.name, stack.maintenance);
}

Maintenance MaintenanceBook::of(const std::string& stack) const {
  const auto found = configured_.find(stack);
  auto windows = found == configured_.end() ? Maintenance() : found->second;
  for (const auto& announced : announced_)
    if (announced.concerns(stack)) windows.push_back(announced.window);
  return windows;
}

std::map<std::string, Maintenance> MaintenanceBook::by_stack() const {
  std::map<std::string, Maintenance> all;
  for (const auto& [stack, windows] : configured_) all.emplace(stack, of(stack));
  return all;
}

std::vector<AnnouncedWindow> MaintenanceBook::list(WallTime now) const {
  std::vector<AnnouncedWindow> windows;
  for (const auto& [stack, maintenance] : configured_)
    for (const auto& window : maintenance) note(windows, stack, window);
  windows.insert(windows.end(), announced_.begin(), announced_.end());
  std::erase_if(windows, [&](const auto& each) { return is_over(each, now); });
  return windows;
}

Result<AnnouncedWindow> MaintenanceBook::add(AnnouncedWindow announced, WallTime now) {
  const auto forgotten = forget_what_is_over(now);
  if (!forgotten) return forgotten.error();
  if (announced_.size() >= most_announced)
    return Error(Phase::content, Reason::limit, fmt::format("there are {} windows already", most_announced),
                 "delete some");
  announced.id = new_id_();
  const auto put = file_ ? file_->put(announced) : Result<void>();
  if (!put) return put.error();
  announced_.push_back(announced);
  return announced;
}

Result<bool> MaintenanceBook::remove(const std::string& id) {
  const auto found =
      std::find_if(announced_.begin(), announced_.end(), [&](const auto& each) { return each.id == id; });
  if (found == announced_.end()) return false;
  const auto removed = file_ ? file_->remove(id) : Result<void>();
  if (!removed) return removed.error();
  announced_.erase(found);
  return true;
}

Result<void> MaintenanceBook::forget_what_is_over(WallTime now) {
  for (const auto& announced : announced_) {
    const auto removed = file_ && is_over(announced, now) ? file_->remove(announced.id) : Result<void>();
    if (!removed) return removed.error();
  }
  std::erase_if(announced_, [&](const auto& each) { return is_over(each, now); });
  return {};
}

std::string new_window_id() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}", chance(), chance());
}

}  // namespace lgtmwatch
