# A transaction service elsewhere: told and asked over HTTP, its callbacks' signatures checked. Never what becomes of a
# payment (kv and items are for the tests).
caudal_room(NAME payments/remote FLOOR 3 DEPS base kv http aws access items BESIDE payments
  SRCS answers.cpp errors.cpp http_transactions.cpp webhook_signature.cpp
  TESTS answers_test.cpp http_transactions_test.cpp simulation_test.cpp webhook_signature_test.cpp
  FUZZ callback_fuzz.cpp
  PUBLIC fmt::fmt)

# A hundred thousand payments, with the bank at the end of connections; not under the sanitizers, whose presets take what
# is labelled unit.
if(CAUDAL_TESTS)
  add_test(NAME payments/remote/simulated_over_a_hundred_thousand
    COMMAND payments_remote_test --gtest_filter=RemoteSimulationTest.*)
  set_tests_properties(payments/remote/simulated_over_a_hundred_thousand PROPERTIES LABELS long TIMEOUT 600 COST 600
    ENVIRONMENT "CAUDAL_SEEDS=50;CAUDAL_PAYMENTS=2000")
endif()
