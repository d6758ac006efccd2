// SPDX-License-Identifier: Apache-2.0
// Draws of who a client is.
#include "sample/client.h"

#include <fmt/format.h>

#include <array>

#include "base/random.h"

namespace caudal::sample {
namespace {

// Independent streams for one client, by purpose.
Random stream(int64_t number, uint64_t seed, uint64_t purpose) {
  Random mixer(seed ^ (static_cast<uint64_t>(number) * 0xd1342543de82ef95ULL) ^ (purpose << 56));
  return Random(mixer.next());
}

Segment draw_segment(Random& random) {
  constexpr std::array<uint64_t, kSegments> kShares = {16, 30, 24, 14, 8, 8};  // of 100, in the order of Segment
  uint64_t draw = random.below(100);
  int index = 0;
  while (draw >= kShares[static_cast<size_t>(index)]) draw -= kShares[static_cast<size_t>(index++)];
  return static_cast<Segment>(index);
}

// Many small limits, few large: from 600 to 60,000, in steps of 50.
int64_t draw_limit_minor(Random& random) {
  constexpr std::array<int64_t, 6> kTier = {600, 1'500, 3'500, 8'000, 18'000, 60'000};
  constexpr std::array<uint64_t, 5> kShare = {30, 30, 22, 13, 5};
  uint64_t draw = random.below(100);
  size_t tier = 0;
  while (draw >= kShare[tier]) draw -= kShare[tier++];
  return random.between(kTier[tier] / 50, kTier[tier + 1] / 50) * 50 * 100;
}

}  // namespace

std::string_view segment_name(Segment segment) {
  constexpr std::array<std::string_view, kSegments> kNames = {"antecipado", "em_dia",       "atrasado",
                                                              "parcial",    "inadimplente", "migrante"};
  return kNames[static_cast<size_t>(segment)];
}

Client make_client(int64_t number, uint64_t seed, int months) {
  Random random = stream(number, seed, 1);
  constexpr std::array<int, 6> kClosingDays = {1, 5, 10, 15, 20, 25};
  Client client;
  client.number = number;
  client.country = random.below(100) < 80 ? Country::kBrazil : Country::kChile;
  client.segment = draw_segment(random);
  client.limit_minor = draw_limit_minor(random);
  client.usual_use_permille = static_cast<int32_t>(random.between(120, 620));
  client.growth_permille = static_cast<int32_t>(random.between(-8, 22));
  client.closing_day = kClosingDays[random.below(kClosingDays.size())];
  const bool joins_later = random.below(100) < 4;
  const auto joining = static_cast<int>(random.below(24));
  client.first_month = joins_later && joining < months ? joining : 0;
  client.life_seed = random.next();
  return client;
}

std::string client_line(const Client& client, uint64_t seed, Date period_start) {
  Random random = stream(client.number, seed, 2);
  const std::string name = person_name(client.country, random);
  const Date born = period_start - std::chrono::days{random.between(19 * 365, 78 * 365)};
  const Date joined = period_start - std::chrono::days{random.between(1, 9 * 365)};
  const Date since =
      client.first_month > 0 ? first_day(month_of(period_start) + std::chrono::months{client.first_month}) : joined;
  return fmt::format("{},{},{},{},{},{}.{:02},{},{}\n", client.number, name,
                     tax_number(client.country, static_cast<uint64_t>(client.number), seed),
                     country_code(client.country), segment_name(client.segment), client.limit_minor / 100,
                     client.limit_minor % 100, to_string(born), to_string(since));
}

}  // namespace caudal::sample
