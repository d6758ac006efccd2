// SPDX-License-Identifier: Apache-2.0
// PostObject: a file that a browser's form puts, and the answer that the form asks for. It is an operation without a
// model, since only forms speak it.
#pragma once

#include <optional>
#include <string>

#include "api/s3/call.h"
#include "api/s3/form.h"
#include "api/s3/post_policy.h"

namespace caudal::api::s3 {

// The key that a form names, with the file's name in place of ${filename}. Errors: InvalidArgument.
Outcome<std::string> form_key(const FormFields& fields, const std::string& file_name);

// The condition keys that a form's fields stand for: s3:x-amz-acl, s3:RequestObjectTag/... Errors: MalformedXML.
Outcome<void> add_form_circumstances(const FormFields& fields, access::Circumstances& circumstances);

// Stores the file under the call's key, once the caller was found to be allowed to. `policy`: of a signed form.
Outcome<aws::RestReply> post_object(Call& call, FormReader& form, const FormFields& fields,
                                    const std::optional<PostPolicy>& policy);

}  // namespace caudal::api::s3
