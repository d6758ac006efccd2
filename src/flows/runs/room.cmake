caudal_room(NAME flows/runs FLOOR 2 DEPS base kv
  SRCS
    codec.cpp
    errors.cpp
    records.cpp
    run_id.cpp
    run_log.cpp
    run_queries.cpp
    run_store.cpp
  TESTS
    codec_test.cpp
    records_test.cpp
    run_crash_test.cpp
    run_id_test.cpp
    run_log_test.cpp
    run_store_test.cpp)
