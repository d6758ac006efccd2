// SPDX-License-Identifier: Apache-2.0
#include "app/serve/items_sweep.h"

#include <fmt/format.h>

namespace caudal::app {

ItemsSweep::ItemsSweep(items::Store& store, Clock& clock, std::chrono::seconds every,
                       std::function<void(std::string_view)> log)
    : store_(store), clock_(clock), every_(every), log_(std::move(log)), thread_([this](const std::stop_token& stop) {
        run(stop);
      }) {}

void ItemsSweep::run(const std::stop_token& stop) {
  do {
    const auto swept = store_.sweep(stop);
    if (!swept) {
      log_(fmt::format("items could not be swept: {}; the next attempt is in {} s", swept.error().to_string(),
                       every_.count()));
    } else if (swept->unreadable > 0) {
      log_(fmt::format("{} items have expired and cannot be read, so they stay; the first: {}", swept->unreadable,
                       swept->first_unreadable));
    }
  } while (clock_.wait_until(clock_.now() + every_, stop));
}

}  // namespace caudal::app
