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
    built_in_transactions_test.cpp
    hand_over_test.cpp
    payments_test.cpp
    request_keys_test.cpp
    simulation_test.cpp
    tables_test.cpp
    values_test.cpp
  FUZZ cursor_fuzz.cpp
  TESTING simulation.cpp
  PUBLIC fmt::fmt)

# The simulator over a million payments, in halves side by side, each with a seed of its own; where a core is slow, over
# as many as it does in six minutes: they print how many. Begun first, since they take longest; not under the
# sanitizers, whose presets take what is labelled unit.
if(CAUDAL_TESTS)
  foreach(half IN ITEMS first second)
    add_test(NAME payments/simulated_over_a_million_${half}_half
      COMMAND payments_test --gtest_filter=SimulationTest.HoldsForAsManyPaymentsAsThereIsTimeFor)
    set_tests_properties(payments/simulated_over_a_million_${half}_half PROPERTIES LABELS long TIMEOUT 600 COST 1000
      ENVIRONMENT "CAUDAL_SOAK_PAYMENTS=500000;CAUDAL_PAYMENTS=2000;CAUDAL_SOAK_SECONDS=360")
  endforeach()
endif()
