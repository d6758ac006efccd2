# SQL over the catalog: resolves tables, links their objects, runs statements in a sandbox of their own.
caudal_room(NAME queries FLOOR 2 DEPS base kv sql BESIDE catalog objects
  SRCS engine.cpp errors.cpp explain.cpp link_folders.cpp materialize.cpp qualified_names.cpp session.cpp show.cpp show_pattern.cpp sql_text.cpp system_table.cpp table_files.cpp table_view.cpp type_map.cpp
  TESTS behaviour_test.cpp explain_test.cpp link_folders_test.cpp materialize_test.cpp qualified_names_test.cpp sandbox_test.cpp session_test.cpp shared_tables_test.cpp show_pattern_test.cpp show_test.cpp type_map_test.cpp
  TESTING lake.cpp
  BENCH queries_bench.cpp
  PUBLIC fmt::fmt)
if(TARGET queries_test)
  target_compile_definitions(queries_test PRIVATE CAUDAL_BEHAVIOUR_DIRECTORY="${CMAKE_CURRENT_LIST_DIR}/behaviour")
endif()
