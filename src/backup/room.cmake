# Whole data directories copied to where they are data directories again, also while they are in use: what is needed, in
# which order, and that nothing unfinished can be taken for one. Never what the rows mean.
caudal_room(NAME backup FLOOR 3 DEPS base kv objects
  SRCS
    backup.cpp
    errors.cpp
    target.cpp
  TESTS
    backup_kill_test.cpp
    backup_test.cpp
  PUBLIC fmt::fmt)
