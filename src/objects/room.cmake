caudal_room(NAME objects FLOOR 2 DEPS base kv
  SRCS byte_source.cpp errc.cpp names.cpp
  TESTS names_test.cpp
  FUZZ names_fuzz.cpp
  PUBLIC fmt::fmt)
