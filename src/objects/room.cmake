caudal_room(NAME objects FLOOR 2 DEPS base kv
  SRCS byte_source.cpp checksum.cpp crc.cpp errc.cpp names.cpp
  TESTS checksum_test.cpp crc_test.cpp names_test.cpp
  FUZZ names_fuzz.cpp
  PUBLIC fmt::fmt PRIVATE OpenSSL::Crypto)
