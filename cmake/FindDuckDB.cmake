# Finds DuckDB's C library: an installed one first, else the official build that tools/setup fetched from npm into
# third_party/duckdb (pinned with its checksum). Defines DuckDB::duckdb and DuckDB_LIBRARY.
find_path(DuckDB_INCLUDE_DIR duckdb.h HINTS ENV DUCKDB_ROOT PATH_SUFFIXES include)
find_library(DuckDB_LIBRARY duckdb HINTS ENV DUCKDB_ROOT PATH_SUFFIXES lib)
if(NOT DuckDB_INCLUDE_DIR OR NOT DuckDB_LIBRARY)
  # A header without its library, or the other way round, would go with another version's other half.
  unset(DuckDB_INCLUDE_DIR CACHE)
  unset(DuckDB_LIBRARY CACHE)
  find_path(DuckDB_INCLUDE_DIR duckdb.h PATHS "${CMAKE_SOURCE_DIR}/third_party/duckdb" NO_DEFAULT_PATH)
  find_library(DuckDB_LIBRARY duckdb PATHS "${CMAKE_SOURCE_DIR}/third_party/duckdb" NO_DEFAULT_PATH)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run tools/setup, which fetches it from npm")
if(DuckDB_FOUND AND NOT TARGET DuckDB::duckdb)
  add_library(DuckDB::duckdb SHARED IMPORTED)
  set_target_properties(DuckDB::duckdb PROPERTIES IMPORTED_LOCATION "${DuckDB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}" IMPORTED_NO_SONAME OFF)
endif()
mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY)
