// SPDX-License-Identifier: Apache-2.0
#include "app/serve/room_metrics.h"

namespace caudal::app {
namespace {

void gauge(api::MetricsSink& sink, std::string_view name, std::string_view help, uint64_t value) {
  sink.gauge(name, help, static_cast<double>(value));
}

}  // namespace

void tell(const http::ServerMetrics& of, api::MetricsSink& sink) {
  gauge(sink, "caudal_http_connections", "Connections that are open.", of.connections_open);
  sink.counter("caudal_http_connections_accepted_total", "Connections accepted.", of.connections_accepted);
  sink.counter("caudal_http_connections_refused_total", "Connections refused for want of room.",
               of.connections_refused);
  sink.counter("caudal_http_requests_total", "Requests whose head was read.", of.requests);
  sink.counter("caudal_http_requests_malformed_total", "Requests refused as malformed.", of.requests_malformed);
  sink.counter("caudal_http_requests_overloaded_total", "Requests refused because the queue was full.",
               of.requests_overloaded);
  sink.counter("caudal_http_requests_timed_out_total", "Requests given up for time.", of.requests_timed_out);
  sink.counter("caudal_http_handler_failures_total", "Requests whose handler gave no answer.", of.handler_failures);
  sink.counter("caudal_http_received_bytes_total", "Bytes received.", of.bytes_in);
  sink.counter("caudal_http_sent_bytes_total", "Bytes sent.", of.bytes_out);
  gauge(sink, "caudal_http_queue_length", "Requests that wait for a handler.", of.queue_length);
  gauge(sink, "caudal_http_handlers_busy", "Handlers at work.", of.handlers_busy);
}

void tell(const kv::StoreMetrics& of, api::MetricsSink& sink) {
  sink.counter("caudal_kv_commits_total", "Batches committed.", of.commits);
  sink.counter("caudal_kv_commits_failed_total", "Batches that the disk refused.", of.failed_commits);
  sink.counter("caudal_kv_fsyncs_total", "Syncs of the log; many commits share one.", of.syncs);
  sink.counter("caudal_kv_log_bytes_total", "Bytes written to the log.", of.log_bytes);
  sink.counter("caudal_kv_flushed_bytes_total", "Bytes flushed from memory to table files.", of.flushed_bytes);
  sink.counter("caudal_kv_compacted_bytes_total", "Bytes written by compaction.", of.compacted_bytes);
  sink.counter("caudal_kv_stalled_microseconds_total",
               "How long writers were held up by flushing and compaction, in microseconds.", of.stalled_us);
  sink.counter("caudal_kv_cache_hits_total", "Blocks found in the cache.", of.cache_hits);
  sink.counter("caudal_kv_cache_misses_total", "Blocks read from disk.", of.cache_misses);
  gauge(sink, "caudal_kv_memtable_bytes", "Memory of writes that are not in table files yet.", of.memtable_bytes);
  gauge(sink, "caudal_kv_cache_bytes", "Memory of the block cache.", of.cache_bytes);
  gauge(sink, "caudal_kv_file_bytes", "Size of table and blob files.", of.file_bytes);
  gauge(sink, "caudal_kv_pending_compaction_bytes", "Bytes that compaction has still to rewrite.",
        of.pending_compaction_bytes);
  gauge(sink, "caudal_kv_running_compactions", "Compactions at work.", of.running_compactions);
}

void tell(const objects::BlobMetrics& of, api::MetricsSink& sink) {
  sink.counter("caudal_objects_blobs_total", "Bodies kept as files of their own.", of.blobs);
  sink.counter("caudal_objects_blob_bytes_total", "Bytes written into them.", of.bytes);
  sink.counter("caudal_objects_fsyncs_total", "Syncs of such files and of their folders.", of.syncs);
}

void tell(const audit::LogMetrics& of, api::MetricsSink& sink) {
  sink.counter("caudal_audit_records_total", "Records of the audit log that are on disk.", of.records);
  sink.counter("caudal_audit_fsyncs_total", "Syncs of the audit log; many records share one.", of.syncs);
  sink.counter("caudal_audit_refusals_total", "Writes of the audit log that the disk refused.", of.refusals);
  gauge(sink, "caudal_audit_waiting_bytes", "Records that are not on disk yet.", of.waiting_bytes);
}

void tell(const sql::Counters& of, api::MetricsSink& sink) {
  sink.counter("caudal_sql_sessions_total", "Sessions of the SQL engine that were opened.", of.databases_opened);
  gauge(sink, "caudal_sql_sessions", "Sessions that are open.", of.databases_open);
  sink.counter("caudal_sql_statements_total", "Statements begun.", of.statements);
  gauge(sink, "caudal_sql_statements_running", "Statements at work.", of.statements_running);
  sink.counter("caudal_sql_failures_total", "Statements that failed or were refused.", of.failures);
  sink.counter("caudal_sql_interruptions_total", "Statements that were interrupted.", of.interruptions);
}

}  // namespace caudal::app
