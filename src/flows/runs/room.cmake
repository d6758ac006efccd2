caudal_room(NAME flows/runs FLOOR 2 DEPS base
  SRCS errors.cpp records.cpp run_id.cpp
  TESTS records_test.cpp run_id_test.cpp)
