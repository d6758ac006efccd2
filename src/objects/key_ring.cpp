// SPDX-License-Identifier: Apache-2.0
// The file of master keys. A wrapped key: id of the master key, nonce, the key, its tag.
#include "objects/key_ring.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <sstream>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

constexpr size_t kIdBytes = 8;
constexpr std::string_view kLabel = "caudal body key 1";
constexpr size_t kWrappedBytes = kIdBytes + kNonceBytes + kSecretBytes + kTagBytes;

std::string random_bytes(size_t count) { return *from_hex(secure_random_hex(count)); }

Error bad_file(const std::filesystem::path& path, size_t line) {
  return {caudal::Errc::invalid_configuration,
          fmt::format("line {} of {} is not a master key: 16 and 64 hexadecimal digits; restore the file from a backup",
                      line, path.string())};
}

Result<bool> exists_for_its_owner_alone(const std::filesystem::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return errno_error(errno, "look at", path);
  }
  if ((status.st_mode & 077) == 0) return true;
  return Error{caudal::Errc::permission_denied,
               fmt::format("others than its owner may use the master keys in {}; run chmod 600 on it", path.string())};
}

// After a crash the old or the new content, and never readable by others.
Result<void> write_privately(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path temporary = path;
  temporary += ".new";
  std::error_code missing;
  std::filesystem::remove(temporary, missing);  // what a crash left
  File file = TRY(File::create_private(temporary));
  TRY(file.write(content));
  TRY(file.sync());
  TRY(rename_file(temporary, path));
  return sync_directory(path.parent_path());
}

}  // namespace

Result<std::unique_ptr<FileKeyRing>> FileKeyRing::open(const std::filesystem::path& path) {
  std::unique_ptr<FileKeyRing> ring(new FileKeyRing(path));
  if (TRY(exists_for_its_owner_alone(path))) {
    TRY(ring->load());
  } else {
    TRY(ring->rotate());
  }
  return ring;
}

Result<void> FileKeyRing::load() {
  std::istringstream lines(TRY(read_file(path_)));
  MutexLock lock(mutex_);
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    const size_t space = line.find(' ');
    if (space == std::string::npos) return bad_file(path_, number);
    const auto id = from_hex(line.substr(0, space));
    const auto key = from_hex(line.substr(space + 1));
    if (!id || id->size() != kIdBytes || !key || key->size() != kSecretBytes) return bad_file(path_, number);
    keys_.emplace(*id, Secret(*key));
    newest_ = *id;
  }
  if (keys_.empty()) return bad_file(path_, 1);
  return {};
}

Result<void> FileKeyRing::rotate() {
  MutexLock lock(mutex_);
  const Secret key = Secret::random();
  const std::string id = random_bytes(kIdBytes);
  std::string content = keys_.empty() ? "" : TRY(read_file(path_));
  content += fmt::format("{} {}\n", to_hex(id), to_hex(key.bytes()));
  TRY(write_privately(path_, content));
  keys_.emplace(id, key);
  newest_ = id;
  return {};
}

Result<std::string> FileKeyRing::wrap(const Secret& key) {
  MutexLock lock(mutex_);
  std::string wrapped = newest_ + random_bytes(kNonceBytes);
  Nonce nonce;
  wrapped.copy(nonce.data(), nonce.size(), kIdBytes);
  wrapped.resize(kWrappedBytes);
  Aes256Gcm(keys_.at(newest_)).seal(nonce, kLabel, key.bytes(), wrapped.data() + kIdBytes + kNonceBytes);
  return wrapped;
}

Result<Secret> FileKeyRing::unwrap(std::string_view wrapped) {
  if (wrapped.size() != kWrappedBytes) return Error{Errc::corrupt, "the key of a body is damaged; restore a backup"};
  MutexLock lock(mutex_);
  const auto master = keys_.find(std::string(wrapped.substr(0, kIdBytes)));
  if (master == keys_.end()) {
    return Error{Errc::key_unavailable, fmt::format("the master key {} is not in {}; restore the file from a backup",
                                                    to_hex(wrapped.substr(0, kIdBytes)), path_.string())};
  }
  Nonce nonce;
  wrapped.copy(nonce.data(), nonce.size(), kIdBytes);
  std::array<char, kSecretBytes> bytes;
  if (!Aes256Gcm(master->second).open(nonce, kLabel, wrapped.substr(kIdBytes + kNonceBytes), bytes.data())) {
    return Error{Errc::corrupt, "the key of a body is damaged; restore a backup"};
  }
  return Secret({bytes.data(), bytes.size()});
}

}  // namespace caudal::objects
