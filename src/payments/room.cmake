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

# The simulator over a million payments, or as many as one core does in three minutes: it prints how many. Begun first,
# since it takes longest; not under the sanitizers, whose presets take what is labelled unit.
if(CAUDAL_TESTS)
  add_test(NAME payments/simulated_for_three_minutes
    COMMAND payments_test --gtest_filter=SimulationTest.HoldsForAsManyPaymentsAsThereIsTimeFor)
  set_tests_properties(payments/simulated_for_three_minutes PROPERTIES LABELS long TIMEOUT 420 COST 1000
    ENVIRONMENT "CAUDAL_SOAK_PAYMENTS=1000000;CAUDAL_PAYMENTS=2000;CAUDAL_SOAK_SECONDS=180")
endif()
