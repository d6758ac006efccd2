// SPDX-License-Identifier: Apache-2.0
// Sums and their JSON. Amounts are texts there, because a reader's numbers may be doubles.
#include "sample/manifest.h"

#include <fmt/format.h>

#include <iterator>

namespace caudal::sample {
namespace {

std::string tally_json(const Tally& tally) {
  return fmt::format(R"("linhas": {}, "valor": "{}")", tally.rows, amount_text(tally.amount_minor));
}

void append_file(std::string& json, const FileTally& file) {
  auto out = std::back_inserter(json);
  fmt::format_to(out, "    {{\"arquivo\": \"{}\", \"tabela\": \"{}\", \"mes\": \"{}\", \"bytes\": {}, {},\n", file.name,
                 file.table, to_string(file.month), file.size_bytes, tally_json(file.total()));
  json += "     \"tipos\": {";
  const char* separator = "";
  for (size_t index = 0; index < kKinds; ++index) {
    if (file.kinds[index].rows == 0) continue;
    const KindInfo& info = kind_info(static_cast<Kind>(index));
    fmt::format_to(out, "{}\n       \"{}\": {{{}, \"destino\": \"{}\"}}", separator, info.name,
                   tally_json(file.kinds[index]), fate_name(info.fate));
    separator = ",";
  }
  json += "}}";
}

}  // namespace

Tally FileTally::total() const {
  Tally sum;
  for (const Tally& tally : kinds) {
    sum.rows += tally.rows;
    sum.amount_minor += tally.amount_minor;
  }
  return sum;
}

Tally Manifest::total(std::string_view table) const {
  Tally sum;
  for (const FileTally& file : files) {
    if (file.table != table) continue;
    sum.rows += file.total().rows;
    sum.amount_minor += file.total().amount_minor;
  }
  return sum;
}

std::string amount_text(int64_t amount_minor) {
  const int64_t magnitude = amount_minor < 0 ? -amount_minor : amount_minor;
  return fmt::format("{}{}.{:02}", amount_minor < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

std::string to_json(const Manifest& manifest) {
  std::string json = fmt::format(
      "{{\n  \"clientes\": {}, \"meses\": {}, \"inicio\": \"{}\", \"semente\": \"{}\", \"sujeira_ppm\": {},\n"
      "  \"pagamentos_apos_o_periodo\": {},\n  \"totais\": {{\n"
      "    \"tb_faturas\": {{{}}},\n    \"tb_pagamentos\": {{{}}}}},\n  \"arquivos\": [\n",
      manifest.clients, manifest.months, to_string(manifest.start), manifest.seed, manifest.dirty_ppm,
      manifest.payments_after_period, tally_json(manifest.total("tb_faturas")),
      tally_json(manifest.total("tb_pagamentos")));
  for (size_t index = 0; index < manifest.files.size(); ++index) {
    append_file(json, manifest.files[index]);
    json += index + 1 < manifest.files.size() ? ",\n" : "\n";
  }
  return json + "  ]\n}\n";
}

}  // namespace caudal::sample
