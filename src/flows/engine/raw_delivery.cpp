// SPDX-License-Identifier: Apache-2.0
// Deliveries as bytes in a step's result.
#include "flows/engine/raw_delivery.h"

#include "base/wire.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

Result<RawDelivery> read_delivery(WireReader& reader) {
  RawDelivery delivery;
  delivery.input = TRY(reader.text());
  delivery.source = TRY(reader.text());
  delivery.name = TRY(reader.text());
  const std::string_view month = TRY(reader.text());
  if (!month.empty()) delivery.month = TRY(parse_month(month));
  delivery.raw_uri = TRY(reader.text());
  delivery.identity = TRY(reader.text());
  delivery.size_bytes = TRY(reader.varint());
  return delivery;
}

}  // namespace

std::string encode(std::span<const RawDelivery> deliveries) {
  WireWriter writer;
  writer.varint(deliveries.size());
  for (const RawDelivery& delivery : deliveries) {
    writer.text(delivery.input).text(delivery.source).text(delivery.name);
    writer.text(delivery.month ? to_string(*delivery.month) : "");
    writer.text(delivery.raw_uri).text(delivery.identity).varint(delivery.size_bytes);
  }
  return writer.take();
}

Result<std::vector<RawDelivery>> decode_deliveries(std::string_view bytes) {
  WireReader reader(bytes);
  const size_t count = TRY(reader.count());
  std::vector<RawDelivery> deliveries;
  for (size_t i = 0; i < count; ++i) deliveries.push_back(TRY(read_delivery(reader)));
  TRY(reader.finish());
  return deliveries;
}

}  // namespace caudal::flows::engine
