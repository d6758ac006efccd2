# AWS STS as far as clients need it to learn who they are: GetCallerIdentity. Hands out no credentials (http is for the tests).
caudal_room(NAME api/sts FLOOR 4 DEPS base http aws access BESIDE api/gate
  SRCS door.cpp
  TESTS door_test.cpp
  PUBLIC fmt::fmt)
