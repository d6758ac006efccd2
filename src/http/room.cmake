# HTTP/1.1 both ways: a server with streaming bodies, limits and TLS, and a client. The only room that sees Asio. Never routes.
caudal_room(NAME http FLOOR 1 DEPS base
  SRCS answer.cpp asio.cpp chunked.cpp client.cpp connection.cpp curl_transfer.cpp errors.cpp exchange.cpp head_parser.cpp headers.cpp listener.cpp
    network.cpp request_body.cpp response.cpp server.cpp server_context.cpp server_exchange.cpp server_options.cpp
    stream.cpp tls.cpp transport.cpp worker_pool.cpp
  TESTS chunked_test.cpp client_test.cpp head_parser_test.cpp headers_test.cpp inbox_test.cpp pace_test.cpp
    response_test.cpp server_async_test.cpp server_body_test.cpp server_limits_test.cpp server_mixed_test.cpp
    server_options_test.cpp server_stop_test.cpp server_test.cpp tls_test.cpp worker_pool_test.cpp
  TESTING certificate.cpp raw_client.cpp
  BENCH http_bench.cpp
  FUZZ chunked_fuzz.cpp head_fuzz.cpp
  PRIVATE Boost::headers CURL::libcurl OpenSSL::SSL)
target_compile_definitions(caudal_http PRIVATE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(CAUDAL_TESTS)
  # The tests make their own certificates.
  target_link_libraries(caudal_http_testing PRIVATE OpenSSL::Crypto)
endif()
