// SPDX-License-Identifier: Apache-2.0
// Names of the error classes and of base's own errors.
#include "base/result.h"

namespace caudal {
namespace {

const char* class_name(ErrorClass c) {
  switch (c) {
    case ErrorClass::kFailed: return "failed";
    case ErrorClass::kUsage: return "usage";
    case ErrorClass::kRefused: return "refused";
    case ErrorClass::kCancelled: return "cancelled";
    case ErrorClass::kNotFound: return "not found";
    case ErrorClass::kConflict: return "conflict";
    case ErrorClass::kBusy: return "busy";
    case ErrorClass::kNoSpace: return "no space";
    case ErrorClass::kPermission: return "permission denied";
    case ErrorClass::kCorrupt: return "corrupt";
    case ErrorClass::kUnsupported: return "unsupported";
  }
  return "unknown";
}

class ErrorClassCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "caudal.class"; }
  std::string message(int value) const override { return class_name(static_cast<ErrorClass>(value)); }
};

}  // namespace

const std::error_category& error_class_category() {
  static const ErrorClassCategory category;
  return category;
}

std::string Error::to_string() const {
  std::string text = message;
  for (const std::string& line : context) {
    text += "\n  while ";
    text += line;
  }
  return text;
}

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::io: return {"io", ErrorClass::kFailed};
    case Errc::no_space: return {"no_space", ErrorClass::kNoSpace};
    case Errc::permission_denied: return {"permission_denied", ErrorClass::kPermission};
    case Errc::not_found: return {"not_found", ErrorClass::kNotFound};
    case Errc::exists: return {"exists", ErrorClass::kConflict};
    case Errc::invalid_value: return {"invalid_value", ErrorClass::kUsage};
    case Errc::invalid_configuration: return {"invalid_configuration", ErrorClass::kUsage};
    case Errc::cancelled: return {"cancelled", ErrorClass::kCancelled};
    case Errc::corrupt: return {"corrupt", ErrorClass::kCorrupt};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal
