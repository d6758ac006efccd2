# A bank's scheduled payments, as items of the published tables: asked for once, handed over once, archived, and all of it
# in a journal. Moves no money itself; stands on items::Store alone: kv is for the tests.
caudal_room(NAME payments FLOOR 3 DEPS base kv items items/values
  SRCS
    built_in_transactions.cpp
    conditions.cpp
    errors.cpp
    hand_over.cpp
    ids.cpp
    insert.cpp
    journal.cpp
    lookup.cpp
    money.cpp
    moves.cpp
    pages.cpp
    parallel.cpp
    payment.cpp
    payment_item.cpp
    references.cpp
    request_keys.cpp
    settle.cpp
    tables.cpp
  TESTS
    hand_over_test.cpp
    payments_test.cpp
    request_keys_test.cpp
    simulation_test.cpp
    tables_test.cpp
    values_test.cpp
  FUZZ cursor_fuzz.cpp
  TESTING simulation.cpp
  PUBLIC fmt::fmt)
