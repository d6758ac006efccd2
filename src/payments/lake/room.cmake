# The payments that came to their end, day by day, as flows collect them into the lake. Never how they are published
# (kv is for the tests).
caudal_room(NAME payments/lake FLOOR 3 DEPS base kv sql flows/engine items BESIDE payments
  SRCS payment_days.cpp payment_rows.cpp
  TESTS payment_days_test.cpp
  PUBLIC fmt::fmt)
