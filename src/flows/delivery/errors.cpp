// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/errors.h"

namespace caudal::delivery {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::empty_file: return {"empty file", ErrorClass::kRefused};
    case Errc::structure: return {"columns differ from the contract", ErrorClass::kRefused};
    case Errc::undecodable: return {"undecodable file", ErrorClass::kRefused};
    case Errc::bad_gzip: return {"bad gzip", ErrorClass::kRefused};
    case Errc::unstable: return {"file still being written", ErrorClass::kRefused};
    case Errc::bad_name: return {"bad file name", ErrorClass::kRefused};
    case Errc::no_such_line: return {"no record begins at that line", ErrorClass::kNotFound};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::delivery
