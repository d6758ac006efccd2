// SPDX-License-Identifier: Apache-2.0
#include "http/testing/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/check.h"

namespace caudal::http {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Out = std::unique_ptr<BIO, Free<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  CHECK(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

}  // namespace

TlsFiles make_certificate(const std::filesystem::path& directory, const std::string& common_name) {
  const TlsFiles files = {.certificate = directory / "certificate.pem", .key = directory / "key.pem"};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  CHECK(key != nullptr && certificate != nullptr, "memory for a certificate");
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()),
                   static_cast<long>(std::hash<std::string>()(common_name) >> 34));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
  CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "signed");
  const Out certificate_out(BIO_new_file(files.certificate.c_str(), "w"));
  const Out key_out(BIO_new_file(files.key.c_str(), "w"));
  CHECK(PEM_write_bio_X509(certificate_out.get(), certificate.get()) == 1, "written");
  CHECK(PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "written");
  return files;
}

}  // namespace caudal::http
