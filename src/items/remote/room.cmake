# The same tables at any endpoint that speaks DynamoDB: AWS, ScyllaDB Alternator, DynamoDB Local, another Caudal. Tries
# again what may be tried again, and says so where nobody knows whether a write happened.
caudal_room(NAME items/remote FLOOR 2 DEPS base http aws BESIDE items items/values items/expressions
  SRCS
    answers.cpp
    as_read.cpp
    batch_reads.cpp
    caller.cpp
    remote_reads.cpp
    remote_store.cpp
    remote_tables.cpp
    remote_writes.cpp
    table_wire.cpp
    wording.cpp
  TESTS
    batch_reads_test.cpp
    caller_test.cpp
    elsewhere_contract_test.cpp
    remote_tables_test.cpp
    remote_writes_test.cpp
    table_wire_test.cpp
    wording_test.cpp
  PUBLIC fmt::fmt PRIVATE simdjson::simdjson)
