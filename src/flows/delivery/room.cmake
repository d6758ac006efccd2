caudal_room(NAME flows/delivery FLOOR 2 DEPS base
  SRCS encoding.cpp errors.cpp file_name.cpp
  TESTS encoding_test.cpp file_name_test.cpp
  PUBLIC fmt::fmt)
