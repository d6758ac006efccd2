# A transaction service elsewhere: told and asked over HTTP, its callbacks' signatures checked. Never what becomes of a
# payment (kv and items are for the tests).
caudal_room(NAME payments/remote FLOOR 3 DEPS base kv http aws access items BESIDE payments
  SRCS answers.cpp errors.cpp http_transactions.cpp webhook_signature.cpp
  TESTS answers_test.cpp http_transactions_test.cpp simulation_test.cpp webhook_signature_test.cpp
  FUZZ callback_fuzz.cpp
  PUBLIC fmt::fmt)
