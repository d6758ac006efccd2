caudal_room(NAME notices FLOOR 2 DEPS base
  SRCS errors.cpp)
