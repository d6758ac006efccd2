# Telling people: e-mail, chat webhook and log, tried again, never holding up who sends. Decides nothing about when.
caudal_room(NAME notices FLOOR 2 DEPS base
  SRCS configuration.cpp email.cpp errors.cpp lane.cpp mime.cpp notice.cpp notifier.cpp render.cpp transfer.cpp webhook.cpp
  TESTING line_server.cpp
  TESTS channels_test.cpp mime_test.cpp notifier_test.cpp render_test.cpp
  PRIVATE CURL::libcurl)
if(CAUDAL_TESTS)
  # The tests read the JSON back; the room itself only writes it.
  target_link_libraries(caudal_notices_testing PUBLIC simdjson::simdjson)
  # What tests/notices sends with.
  add_executable(notices_send notices/testing/send_main.cpp)
  target_link_libraries(notices_send PRIVATE caudal_notices)
endif()
