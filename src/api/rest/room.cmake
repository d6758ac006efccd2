# Caudal's own API over HTTP and JSON, for payments and backups: routes, permissions, problems, and the document that describes it, all
# of one table. Never a rule about payments (kv is for the tests).
caudal_room(NAME api/rest FLOOR 4 DEPS base kv http aws access access/audit items payments payments/remote BESIDE api/gate
  SRCS backups.cpp call.cpp callbacks.cpp cursor.cpp docs_page.cpp door.cpp etags.cpp new_payment.cpp openapi.cpp payment_batches.cpp payment_lists.cpp problem.cpp request.cpp route.cpp
    routes.cpp schema.cpp schemas.cpp single_payments.cpp
  TESTS cursor_test.cpp door_test.cpp openapi_test.cpp schema_test.cpp
  FUZZ request_fuzz.cpp
  PUBLIC fmt::fmt)
