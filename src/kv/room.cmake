# RocksDB wrapped: a data directory with format and lock, families, snapshots, batches that share an fsync. Never what keys mean.
caudal_room(NAME kv FLOOR 1 DEPS base
  SRCS batch.cpp committer.cpp data_directory.cpp engine_crc.cpp engine_log.cpp errc.cpp inventory.cpp joined_batch.cpp key.cpp
    late.cpp live_files.cpp prompt_reads.cpp scan.cpp status.cpp store.cpp
  TESTS committer_test.cpp data_directory_test.cpp engine_crc_test.cpp engine_log_test.cpp key_test.cpp late_test.cpp live_files_test.cpp prompt_reads_test.cpp
    store_test.cpp
  TESTING fault_env.cpp page_cache.cpp
  PRIVATE RocksDB::rocksdb-shared)
