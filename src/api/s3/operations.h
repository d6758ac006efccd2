// SPDX-License-Identifier: Apache-2.0
// The handlers of S3's operations, by family. What no family offers answers NotImplemented.
#pragma once

#include "api/s3/call.h"
#include "aws/generated/s3/operations.h"
#include "aws/rest/rest_service.h"

namespace caudal::api::s3 {

namespace operations = aws::s3::operations;
using Dispatcher = aws::RestDispatcher<Call>;

void offer_buckets(Dispatcher& dispatcher);
void offer_reads(Dispatcher& dispatcher);
void offer_writes(Dispatcher& dispatcher);
void offer_removals(Dispatcher& dispatcher);
void offer_listings(Dispatcher& dispatcher);
void offer_multipart(Dispatcher& dispatcher);
void offer_tags(Dispatcher& dispatcher);
void offer_settings(Dispatcher& dispatcher);
void offer_lifecycle(Dispatcher& dispatcher);
void offer_notifications(Dispatcher& dispatcher);
void offer_policies(Dispatcher& dispatcher);

}  // namespace caudal::api::s3
