# Amazon DynamoDB's API in front of room items: JSON both ways, permissions, DynamoDB's words. Never a rule about items.
caudal_room(NAME api/dynamodb FLOOR 4 DEPS base http aws access access/audit objects items items/values items/expressions items/partiql items/statements transfer BESIDE api/gate
  SRCS backups.cpp batches.cpp body.cpp call.cpp cancellation.cpp capacity.cpp door.cpp errors.cpp exports.cpp facts.cpp imports.cpp job_pages.cpp pages.cpp partiql.cpp partiql_batches.cpp
    permissions.cpp recovery.cpp request_expressions.cpp resource_policies.cpp s3_access.cpp single_items.cpp statements.cpp stored_json.cpp stream_names.cpp streams.cpp tables.cpp
    table_description.cpp table_settings.cpp transactions.cpp
  TESTS door_test.cpp export_policies_test.cpp exports_test.cpp imports_test.cpp partiql_test.cpp resource_policies_test.cpp streams_test.cpp
  BENCH dynamodb_bench.cpp
  PUBLIC fmt::fmt PRIVATE ZLIB::ZLIB)
