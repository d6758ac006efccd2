# Buckets and objects with versions, multipart uploads and checksums: blobs plus an index. Never a wire format.
caudal_room(NAME objects FLOOR 2 DEPS base kv
  SRCS
    aead.cpp
    blob_files.cpp
    blobs.cpp
    body_cipher.cpp
    body_writer.cpp
    byte_source.cpp
    errc.cpp
    event_queue.cpp
    hashing.cpp
    index.cpp
    key_ring.cpp
    lifecycle.cpp
    lifecycle_sweep.cpp
    limits.cpp
    names.cpp
    reader.cpp
    references.cpp
    rows.cpp
    store.cpp
    store_buckets.cpp
    store_complete.cpp
    store_copy.cpp
    store_events.cpp
    store_get.cpp
    store_list.cpp
    store_multipart.cpp
    store_put.cpp
    store_remove.cpp
    store_uploads_list.cpp
    uploads.cpp
  TESTS
    body_cipher_test.cpp
    key_ring_test.cpp
    lifecycle_sweep_test.cpp
    lifecycle_test.cpp
    names_test.cpp
    store_buckets_test.cpp
    store_conditions_test.cpp
    store_copy_test.cpp
    store_crash_test.cpp
    store_encryption_test.cpp
    store_events_test.cpp
    store_faults_test.cpp
    store_list_test.cpp
    store_model_test.cpp
    store_multipart_test.cpp
    store_parts_test.cpp
    store_test.cpp
    store_threads_test.cpp
    store_versions_test.cpp
  FUZZ names_fuzz.cpp
  BENCH store_bench.cpp
  PUBLIC fmt::fmt PRIVATE OpenSSL::Crypto)
