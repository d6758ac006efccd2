# Amazon DynamoDB's API in front of room items: JSON both ways, permissions, DynamoDB's words. Never a rule about items.
caudal_room(NAME api/dynamodb FLOOR 4 DEPS base http aws access access/audit items items/values items/expressions BESIDE api/gate
  SRCS batches.cpp body.cpp call.cpp capacity.cpp door.cpp errors.cpp pages.cpp permissions.cpp request_expressions.cpp single_items.cpp
    stream_names.cpp streams.cpp tables.cpp
    table_description.cpp table_settings.cpp transactions.cpp
  TESTS door_test.cpp streams_test.cpp
  BENCH dynamodb_bench.cpp
  PUBLIC fmt::fmt PRIVATE ZLIB::ZLIB)
