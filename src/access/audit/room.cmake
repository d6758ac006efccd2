# The audit log: every request, chained so that nothing can be changed or taken out unseen, and the same by SQL. Decides
# nothing.
caudal_room(NAME access/audit FLOOR 2 DEPS base sql BESIDE queries
  SRCS
    errors.cpp
    log.cpp
    record.cpp
    segment.cpp
    segment_writer.cpp
    system_table.cpp
    verify.cpp
  TESTS
    log_model_test.cpp
    log_test.cpp
    record_test.cpp
    segment_test.cpp
    segment_writer_test.cpp
    system_table_test.cpp
    verify_test.cpp
  BENCH log_bench.cpp
  PUBLIC fmt::fmt)
