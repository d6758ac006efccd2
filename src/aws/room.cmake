# AWS's wire: SigV4, aws-chunked bodies, the shapes and dispatch tables generated from the service models, JSON and XML
# codecs, error envelopes. Works on plain values: never a socket, never a decision of a service.
caudal_room(NAME aws FLOOR 1 DEPS base
  SRCS
    checksum_headers.cpp
    chunk_signatures.cpp
    chunked_body.cpp
    post_signature.cpp
    request.cpp
    signing_keys.cpp
    sigv4.cpp
    sigv4_claim.cpp
    sigv4_errors.cpp
    sigv4_sign.cpp
    sigv4_verify.cpp
    times.cpp
    uri.cpp
  TESTS
    checksum_headers_test.cpp
    chunked_body_test.cpp
    post_signature_test.cpp
    request_test.cpp
    sigv4_test.cpp
    sigv4_claim_test.cpp
    sigv4_sign_test.cpp
    sigv4_verify_test.cpp
    signing_keys_test.cpp
    times_test.cpp
    uri_test.cpp
  FUZZ chunked_body_fuzz.cpp sigv4_fuzz.cpp
  BENCH sigv4_bench.cpp
  PUBLIC fmt::fmt)
