# AWS IAM as far as users, their keys and their policies go: what `caudal users` and `caudal keys` do, for those who ask over
# HTTP. Decides by policies like any door; what a user, a key or a policy is stays the business of access (http is for the tests).
caudal_room(NAME api/iam FLOOR 4 DEPS base http aws access BESIDE api/gate
  SRCS door.cpp keys.cpp lists.cpp policies.cpp turn.cpp users.cpp
  TESTS door_test.cpp
  PUBLIC fmt::fmt)
