caudal_room(NAME flows/schedule FLOOR 2 DEPS base
  SRCS cron.cpp errors.cpp
  TESTS cron_test.cpp)
