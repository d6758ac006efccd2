caudal_room(NAME queries FLOOR 2 DEPS base kv sql BESIDE catalog objects
  SRCS engine.cpp errors.cpp explain.cpp session.cpp system_table.cpp table_files.cpp table_view.cpp type_map.cpp
  TESTS explain_test.cpp type_map_test.cpp
  PUBLIC fmt::fmt)
