# When a bank's payments are loaded, handed over and archived: every day by the clock of its zone, with its holidays, and
# what was missed is caught up. Never how (kv is for the tests).
caudal_room(NAME payments/timetable FLOOR 3 DEPS base kv BESIDE payments payments/files
  SRCS slots.cpp timetable.cpp
  TESTS slots_test.cpp timetable_test.cpp
  PUBLIC fmt::fmt)
