// SPDX-License-Identifier: Apache-2.0
// What goes wrong in partners' files: which rows carry an error, of which kind, and what the row then looks like.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace caudal::sample {

enum class Kind {
  kClean,
  kBadDate,               // text where a date belongs
  kImpossibleDate,        // 30 February
  kDecimalComma,          // in a file with decimal points
  kNegative,              // amount below zero
  kOverflow,              // more digits than decimal(18,2) holds
  kWrongType,             // letters in id_cliente
  kNullKey,               // no id
  kNullClient,            // no id_cliente
  kMissingField,          // one field too few
  kExtraField,            // one field too many
  kDueBeforeIssue,        // invoices: data_vencimento before data_emissao, which is only warned of
  kRepeatedSame,          // the row once more, identical
  kRepeatedDifferent,     // two rows of one id with different amounts: nobody can tell which is right
  kDeliveredLate,         // a right row, in the file of the following month
  kOrphan,                // payments: of an invoice that never comes
  kOrphanUntilNextMonth,  // payments: of an invoice that comes in the file of the following month
  kOrphanOfRefused,       // payments: right in themselves, but their invoice's row is refused
};
inline constexpr size_t kKinds = 18;

// What a flow is expected to do with a row of a kind.
enum class Fate {
  kAccepted,     // curated
  kQuarantined,  // refused
  kRemoved,      // a repeat: one row of the id is curated, the others are counted as duplicates
  kHealed,       // quarantined first, curated with the following month's delivery
};

struct KindInfo {
  std::string_view name;  // in the manifest
  Fate fate;
  bool amount_readable;  // false: the amount's text is no decimal(18,2) with a point, or fields are out of place
};
const KindInfo& kind_info(Kind kind);
std::string_view fate_name(Fate fate);

// Draws the kind of one client's rows, apart from the draws that make the client's life: the clean rows of a dirty
// sample are those of the clean one.
class Dirt {
 public:
  Dirt(int64_t dirty_ppm, uint64_t client_seed) : dirty_ppm_(dirty_ppm), random_(client_seed ^ 0x5d1e7a11c0ffeeULL) {}
  // `can_be_late` is false in the last month, which no further file follows.
  Kind draw_invoice(bool can_be_late);
  Kind draw_payment(bool can_be_late);

 private:
  int64_t dirty_ppm_;
  Random random_;
};

// Where the fields stand that an error can sit in.
struct Layout {
  size_t key;
  size_t client;
  size_t date;
  size_t due;  // of invoices; the date again for payments
  size_t amount;
};
inline constexpr Layout kInvoiceLayout = {.key = 0, .client = 1, .date = 2, .due = 3, .amount = 4};
inline constexpr Layout kPaymentLayout = {.key = 0, .client = 2, .date = 3, .due = 3, .amount = 4};

// The clean row `line` (no newline) as the kind has it. For kClean, the kinds of timing and kOrphanOfRefused, `line`
// itself; for kOrphan the invoice id is one that no invoice has.
std::string spoil(std::string_view line, Kind kind, const Layout& layout);

// The amount, in cents, that a reader finds in the spoiled row; 0 when it finds none.
int64_t spoiled_amount(int64_t amount_minor, Kind kind);

}  // namespace caudal::sample
