// SPDX-License-Identifier: Apache-2.0
// Exit codes by the class of an error, whichever room it comes from.
#include "app/errors.h"

namespace caudal::app {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::usage: return {"command line not understood", ErrorClass::kUsage};
    case Errc::output_closed: return {"output closed", ErrorClass::kFailed};
    case Errc::failed: return {"check failed", ErrorClass::kFailed};
    case Errc::refused: return {"data refused", ErrorClass::kRefused};
  }
  return {"unknown", ErrorClass::kFailed};
}

int exit_code(const Error& error) {
  if (error.code == Errc::output_closed) return 0;
  if (error.is(ErrorClass::kUsage)) return 2;
  if (error.is(ErrorClass::kRefused)) return 3;
  if (error.is(ErrorClass::kCancelled)) return 130;
  return 1;
}

std::string describe(const Error& error) {
  std::string text = "caudal: " + error.message + '\n';
  // What the rooms call a backup: how one is made and used is the business of commands.
  if (error.message.contains("from a backup")) {
    text += "  `caudal backup` makes them; name one with --data, or put it in the place of what is damaged\n";
  }
  for (const std::string& line : error.context) text += "  while " + line + '\n';
  return text;
}

}  // namespace caudal::app
