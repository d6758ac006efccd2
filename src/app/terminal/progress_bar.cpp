// SPDX-License-Identifier: Apache-2.0
// Drawing of the progress line.
#include "app/terminal/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/output/table_writer.h"

namespace caudal::app {
namespace {

constexpr int kCells = 24;
constexpr auto kBetweenDraws = std::chrono::milliseconds(100);
constexpr std::string_view kToLineStart = "\r\033[K";

}  // namespace

std::string progress_line(double done, std::string_view what, size_t width) {
  std::string line;
  if (done >= 0) {
    const double share = std::min(done, 1.0);
    const int filled = static_cast<int>(share * kCells);
    line = fmt::format("{:>4}% ", static_cast<int>(share * 100));
    for (int cell = 0; cell < kCells; ++cell) line += cell < filled ? "█" : "░";
    line += "  ";
  }
  line += what;
  return cut_to_width(line, width > 1 ? width - 1 : 79);
}

ProgressBar::ProgressBar(Sink& error, const Terminal& terminal, Clock& clock)
    : error_(error), terminal_(terminal), clock_(clock) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(double done, std::string_view what) {
  if (!terminal_.error_is_terminal || clock_.now() < next_) return;
  next_ = clock_.now() + kBetweenDraws;
  drawn_ = true;
  // A terminal that does not take the line is no reason to stop the work.
  if (error_.write(std::string(kToLineStart) + progress_line(done, what, terminal_.width))) (void)error_.finish();
}

void ProgressBar::clear() {
  if (!drawn_) return;
  drawn_ = false;
  if (error_.write(kToLineStart)) (void)error_.finish();
}

}  // namespace caudal::app
