caudal_room(NAME catalog FLOOR 2 DEPS base
  SRCS errors.cpp type.cpp
  TESTS type_test.cpp
  FUZZ type_fuzz.cpp)
