caudal_room(NAME notices FLOOR 2 DEPS base
  SRCS configuration.cpp email.cpp errors.cpp lane.cpp mime.cpp notice.cpp notifier.cpp render.cpp transfer.cpp webhook.cpp
  TESTING line_server.cpp
  TESTS channels_test.cpp mime_test.cpp notifier_test.cpp render_test.cpp
  PRIVATE CURL::libcurl simdjson::simdjson)
