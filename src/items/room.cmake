# Tables of items, as DynamoDB means them: conditions, indexes, transactions, streams, expiry, in room kv. Never a wire
# format, never who may do what.
caudal_room(NAME items FLOOR 2 DEPS base kv BESIDE items/values items/expressions
  SRCS
    archive_rows.cpp
    archive_work.cpp
    backfill.cpp
    committer.cpp
    due_items.cpp
    embedded_archive.cpp
    embedded_history.cpp
    embedded_policies.cpp
    embedded_recovery.cpp
    embedded_reads.cpp
    embedded_store.cpp
    embedded_changes.cpp
    embedded_tables.cpp
    embedded_writes.cpp
    embedded_streams.cpp
    errors.cpp
    event_log.cpp
    expiry_sweep.cpp
    group.cpp
    index_entries.cpp
    journal.cpp
    key_paths.cpp
    one_write.cpp
    page_reader.cpp
    read_ahead.cpp
    rows.cpp
    stored_row.cpp
    stream_list.cpp
    stream_reads.cpp
    stream_rows.cpp
    table_rules.cpp
    tables.cpp
    throttled_store.cpp
    throughput_buckets.cpp
    transactions.cpp
  TESTS
    archive_test.cpp
    committer_test.cpp
    expiry_test.cpp
    item_collections_test.cpp
    policies_test.cpp
    recovery_test.cpp
    restores_test.cpp
    retried_jobs_test.cpp
    store_contract_test.cpp
    store_indexes_test.cpp
    store_model_test.cpp
    store_query_test.cpp
    store_test.cpp
    streams_model_test.cpp
    streams_test.cpp
    table_history_test.cpp
    throttled_store_test.cpp
    transactions_test.cpp
  PUBLIC fmt::fmt)

# Millions of steps against the model; not under the sanitizers, whose presets take what is labelled unit.
if(CAUDAL_TESTS)
  add_test(NAME items/modelled_over_two_million_steps
    COMMAND items_test --gtest_filter=ModelTest.RandomProgramsGiveWhatTheModelSays)
  set_tests_properties(items/modelled_over_two_million_steps PROPERTIES LABELS long TIMEOUT 300 COST 500
    ENVIRONMENT "CAUDAL_STEPS=2000000;CAUDAL_STEPS_SECONDS=240")
endif()
