caudal_room(NAME base FLOOR 0
  SRCS
    backoff.cpp
    check.cpp
    clock.cpp
    date.cpp
    decimal.cpp
    file.cpp
    mistakes.cpp
    random.cpp
    result.cpp
    wire.cpp
  TESTS
    backoff_test.cpp
    clock_test.cpp
    date_test.cpp
    decimal_test.cpp
    file_test.cpp
    random_test.cpp
    result_test.cpp
    wire_test.cpp
  FUZZ wire_fuzz.cpp
  PUBLIC fmt::fmt PRIVATE date::date-tz)
