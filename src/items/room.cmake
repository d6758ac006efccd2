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
    index_entries.cpp
    journal.cpp
    one_write.cpp
    page_reader.cpp
    rows.cpp
    stored_row.cpp
    stream_list.cpp
    stream_reads.cpp
    stream_rows.cpp
    table_rules.cpp
    tables.cpp
    transactions.cpp
  TESTS
    archive_test.cpp
    committer_test.cpp
    expiry_test.cpp
    policies_test.cpp
    recovery_test.cpp
    store_contract_test.cpp
    store_indexes_test.cpp
    store_model_test.cpp
    store_query_test.cpp
    store_test.cpp
    streams_model_test.cpp
    streams_test.cpp
    transactions_test.cpp
  PUBLIC fmt::fmt)
