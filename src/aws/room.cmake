# AWS's wire: SigV4, aws-chunked bodies, the shapes and dispatch tables generated from the service models, JSON and XML
# codecs, error envelopes. Works on plain values: never a socket, never a decision of a service.
include("${CMAKE_CURRENT_LIST_DIR}/generated.cmake")
caudal_room(NAME aws FLOOR 1 DEPS base
  SRCS
    checksum_headers.cpp
    chunk_signatures.cpp
    chunked_body.cpp
    error_reply.cpp
    post_signature.cpp
    request.cpp
    request_ids.cpp
    signing_keys.cpp
    sigv4.cpp
    sigv4_claim.cpp
    sigv4_errors.cpp
    sigv4_sign.cpp
    sigv4_verify.cpp
    times.cpp
    uri.cpp
    json/json_decode.cpp
    json/json_encode.cpp
    json/json_service.cpp
    json/json_writer.cpp
    query/query_protocol.cpp
    rest/rest_decode.cpp
    rest/rest_encode.cpp
    rest/rest_route.cpp
    rest/scalars.cpp
    shapes/pattern.cpp
    shapes/violations.cpp
    xml/xml_decode.cpp
    xml/xml_encode.cpp
    xml/xml_writer.cpp
    ${CAUDAL_AWS_GENERATED}
  TESTS
    checksum_headers_test.cpp
    chunked_body_test.cpp
    error_reply_test.cpp
    generated_test.cpp
    post_signature_test.cpp
    request_test.cpp
    sigv4_test.cpp
    sigv4_claim_test.cpp
    sigv4_sign_test.cpp
    sigv4_verify_test.cpp
    signing_keys_test.cpp
    times_test.cpp
    uri_test.cpp
    json/json_codec_test.cpp
    json/json_service_test.cpp
    query/query_protocol_test.cpp
    rest/rest_service_test.cpp
    shapes/pattern_test.cpp
    shapes/violations_test.cpp
    xml/xml_codec_test.cpp
  FUZZ chunked_body_fuzz.cpp json_fuzz.cpp rest_fuzz.cpp sigv4_fuzz.cpp xml_fuzz.cpp
  BENCH json/json_bench.cpp rest/rest_bench.cpp sigv4_bench.cpp
  PUBLIC fmt::fmt PRIVATE pugixml::pugixml simdjson::simdjson)
