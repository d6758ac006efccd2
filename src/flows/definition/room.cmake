# What a flow's folder may say: contracts, quality rules, books, steps. Reads and checks; runs nothing.
caudal_room(NAME flows/definition FLOOR 2 DEPS base
  SRCS column_type.cpp errors.cpp file_pattern.cpp flow.cpp
  TESTS column_type_test.cpp file_pattern_test.cpp)
