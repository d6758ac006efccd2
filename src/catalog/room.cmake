# Databases, tables, partitions and their history; publishing moves partitions in one transaction. Never the bytes of tables.
caudal_room(NAME catalog FLOOR 2 DEPS base kv
  SRCS catalog.cpp column_changes.cpp errors.cpp garbage.cpp names.cpp new_tables.cpp publishing.cpp reader.cpp rollback.cpp rows.cpp table.cpp type.cpp
       view.cpp
  TESTS catalog_test.cpp column_changes_test.cpp damage_test.cpp garbage_model_test.cpp garbage_test.cpp model_test.cpp names_test.cpp
        new_tables_test.cpp publishing_test.cpp rollback_test.cpp rows_test.cpp type_test.cpp view_test.cpp
  FUZZ type_fuzz.cpp
  BENCH catalog_bench.cpp)
