# HTTP/1.1 both ways: a server with streaming bodies, limits and TLS, and a client. The only room that sees Asio. Never routes.
caudal_room(NAME http FLOOR 1 DEPS base
  SRCS chunked.cpp errors.cpp exchange.cpp head_parser.cpp headers.cpp response.cpp server_options.cpp
  TESTS chunked_test.cpp head_parser_test.cpp headers_test.cpp response_test.cpp server_options_test.cpp
  FUZZ chunked_fuzz.cpp head_fuzz.cpp)
