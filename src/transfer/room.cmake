# Tables of items in files and out of them: DynamoDB's JSON, plain JSON and CSV, packed or not, from any source of bytes.
# Never a wire format, never who may do what. `kv` is for the tests, whose stores need one.
caudal_room(NAME transfer FLOOR 3 DEPS base kv objects items items/values
  SRCS
    csv_records.cpp
    errors.cpp
    export.cpp
    export_window.cpp
    guarded_store.cpp
    gzip.cpp
    import.cpp
    importing_tables.cpp
    job_rows.cpp
    jobs.cpp
    line_reader.cpp
    loader.cpp
    record_reader.cpp
    zstd.cpp
  TESTS
    export_window_test.cpp
    guarded_store_test.cpp
    gzip_test.cpp
    importing_tables_test.cpp
    jobs_test.cpp
    kill_test.cpp
    loader_test.cpp
    record_reader_test.cpp
    zstd_test.cpp
  FUZZ record_fuzz.cpp
  PUBLIC fmt::fmt PRIVATE ZLIB::ZLIB zstd::libzstd_shared)
