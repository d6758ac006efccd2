# The steps of flows and the runner: from delivered files to published tables. Never decides when a flow runs.
caudal_room(NAME flows/engine FLOOR 2
  DEPS base kv sql
  BESIDE catalog objects notices queries flows/books flows/definition flows/delivery flows/runs
  SRCS account.cpp attempts.cpp collect_step.cpp collected_rows.cpp contract_tables.cpp curate_sql.cpp curation.cpp curation_checks.cpp curation_load.cpp
       curation_write.cpp deliver_step.cpp delivery_rules.cpp derive.cpp drift.cpp errors.cpp execution.cpp execution_steps.cpp
       fingerprint.cpp key_filter.cpp outputs.cpp raw_delivery.cpp reconcile_step.cpp retirement.cpp run_context.cpp run_notice.cpp
       runner.cpp session_rows.cpp shared_rows.cpp statement_check.cpp statement_error.cpp
  TESTS account_test.cpp attempts_test.cpp collect_step_test.cpp curation_test.cpp delivery_rules_test.cpp key_filter_test.cpp kill_test.cpp reconcile_step_test.cpp runner_test.cpp
        shared_rows_test.cpp statement_check_test.cpp
  TESTING small_flow.cpp
  PRIVATE OpenSSL::Crypto)
