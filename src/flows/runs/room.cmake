# The record of runs: states, steps, quality, lineage, reconciliation, logs, and the same by SQL. Starts nothing.
caudal_room(NAME flows/runs FLOOR 2 DEPS base kv sql BESIDE queries
  SRCS
    codec.cpp
    errors.cpp
    records.cpp
    run_id.cpp
    run_log.cpp
    run_queries.cpp
    run_store.cpp
    system_tables.cpp
  TESTS
    codec_test.cpp
    records_test.cpp
    run_crash_test.cpp
    run_id_test.cpp
    run_log_test.cpp
    run_store_test.cpp
    system_tables_test.cpp)
