# The ground floor: results and errors, clocks, dates, decimals, files, checksums, random numbers. Never I/O beyond files.
caudal_room(NAME base FLOOR 0
  SRCS
    backoff.cpp
    check.cpp
    checksum.cpp
    clock.cpp
    config.cpp
    crc.cpp
    cron.cpp
    date.cpp
    decimal.cpp
    digest.cpp
    encoding.cpp
    file.cpp
    file_room.cpp
    md5.cpp
    mistakes.cpp
    random.cpp
    result.cpp
    utf8.cpp
    wire.cpp
    yaml.cpp
    yaml_read.cpp
  TESTS
    backoff_test.cpp
    checksum_test.cpp
    clock_test.cpp
    config_test.cpp
    crc_test.cpp
    cron_test.cpp
    date_test.cpp
    decimal_test.cpp
    digest_test.cpp
    encoding_test.cpp
    file_room_test.cpp
    file_test.cpp
    md5_test.cpp
    mistakes_test.cpp
    ordered_work_test.cpp
    random_test.cpp
    result_test.cpp
    utf8_test.cpp
    wire_test.cpp
    yaml_test.cpp
  FUZZ cron_fuzz.cpp wire_fuzz.cpp yaml_fuzz.cpp
  PUBLIC fmt::fmt PRIVATE date::date-tz OpenSSL::Crypto yaml-cpp)
