# AWS's wire: SigV4, aws-chunked bodies, the shapes and dispatch tables generated from the service models, JSON and XML
# codecs, error envelopes. Works on plain values: never a socket, never a decision of a service.
caudal_room(NAME aws FLOOR 1 DEPS base
  SRCS
    request.cpp
    signing_keys.cpp
    sigv4.cpp
    sigv4_claim.cpp
    sigv4_errors.cpp
    sigv4_verify.cpp
    times.cpp
    uri.cpp
  TESTS
    request_test.cpp
    sigv4_test.cpp
    sigv4_claim_test.cpp
    sigv4_verify_test.cpp
    signing_keys_test.cpp
    times_test.cpp
    uri_test.cpp
  PUBLIC fmt::fmt)
