caudal_room(NAME flows/delivery FLOOR 2 DEPS base
  SRCS encoding.cpp errors.cpp file_name.cpp gunzip.cpp input.cpp layout.cpp records.cpp scan.cpp values.cpp
  TESTS encoding_test.cpp file_name_test.cpp input_test.cpp layout_test.cpp records_test.cpp values_test.cpp
  PUBLIC fmt::fmt PRIVATE ZLIB::ZLIB)
