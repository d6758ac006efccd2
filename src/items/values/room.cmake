# What DynamoDB's attributes hold: exact numbers, values and items, their rules in DynamoDB's words, as stored bytes, as
# ordered keys, and as JSON. Plain values: never a store, never an expression.
caudal_room(NAME items/values FLOOR 2 DEPS base aws
  SRCS
    checks.cpp
    errors.cpp
    item_codec.cpp
    key_bytes.cpp
    keys.cpp
    number.cpp
    number_bytes.cpp
    number_order.cpp
    number_parse.cpp
    plain_json_read.cpp
    plain_json_write.cpp
    typed_json_read.cpp
    typed_json_write.cpp
    value.cpp
    wire.cpp
  TESTS
    item_codec_test.cpp
    json_test.cpp
    keys_test.cpp
    number_test.cpp
    value_test.cpp
  FUZZ item_codec_fuzz.cpp json_fuzz.cpp keys_fuzz.cpp number_fuzz.cpp
  BENCH values_bench.cpp
  PUBLIC fmt::fmt PRIVATE simdjson::simdjson)
