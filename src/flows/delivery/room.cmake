caudal_room(NAME flows/delivery FLOOR 2 DEPS base
  SRCS encoding.cpp errors.cpp file_name.cpp values.cpp
  TESTS encoding_test.cpp file_name_test.cpp values_test.cpp
  PUBLIC fmt::fmt)
