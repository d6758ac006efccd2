# DuckDB wrapped, by its C API alone: run, stream, interrupt, limits, sandbox, C++ tables. Knows no catalog and no dialect.
caudal_room(NAME sql FLOOR 1 DEPS base
  SRCS cell_text.cpp chunk.cpp concatenated_source.cpp connection.cpp database.cpp errors.cpp handles.cpp result_stream.cpp source_errors.cpp table_function.cpp
    table_names.cpp table_source.cpp type.cpp
  TESTS connection_test.cpp handles_test.cpp sandbox_test.cpp table_source_test.cpp type_test.cpp
  BENCH sql_bench.cpp
  PRIVATE DuckDB::duckdb simdjson::simdjson)
