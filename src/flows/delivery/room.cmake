# Reading a partner's file under its contract: typed rows, refused rows with every reason, exact totals. Publishes nothing.
caudal_room(NAME flows/delivery FLOOR 2 DEPS base sql BESIDE flows/definition
  SRCS columns.cpp decoder.cpp delivery.cpp detect.cpp encoding.cpp errors.cpp file_name.cpp gunzip.cpp header.cpp input.cpp
    layout.cpp open.cpp reason.cpp records.cpp scan.cpp schema.cpp sources.cpp splitter.cpp values.cpp
  TESTS decoder_test.cpp delivery_test.cpp detect_test.cpp encoding_test.cpp file_name_test.cpp header_test.cpp input_test.cpp
    layout_test.cpp records_test.cpp schema_test.cpp values_test.cpp
  FUZZ decode_fuzz.cpp values_fuzz.cpp
  BENCH decode_bench.cpp
  PUBLIC fmt::fmt PRIVATE ZLIB::ZLIB)
