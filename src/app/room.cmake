# The command line, and the one place where everything is wired together. No logic of its own.
caudal_room(NAME app FLOOR 5 DEPS base kv sql http aws objects items items/values items/expressions items/partiql items/statements items/remote access catalog notices queries access/audit flows/definition flows/runs flows/engine flows/schedule sample transfer backup payments payments/files payments/lake payments/remote payments/timetable api/gate api/s3 api/dynamodb api/sts api/iam api/rest
  SRCS
    access_elsewhere.cpp
    access_here.cpp
    cli/arguments.cpp
    cli/completion.cpp
    cli/help.cpp
    cli/parser.cpp
    commands/backup.cpp
    commands/catalog.cpp
    commands/completion.cpp
    commands/docs.cpp
    commands/flows.cpp
    commands/flows_common.cpp
    commands/flows_files.cpp
    commands/flows_notices.cpp
    commands/flows_quarantine.cpp
    commands/flows_records.cpp
    commands/flows_rollback.cpp
    commands/flows_run.cpp
    commands/flows_watch.cpp
    commands/items.cpp
    commands/items_common.cpp
    commands/items_files.cpp
    commands/items_objects.cpp
    commands/items_one.cpp
    commands/items_select.cpp
    commands/items_tables.cpp
    commands/keys.cpp
    commands/objects.cpp
    commands/objects_list.cpp
    commands/objects_uploads.cpp
    commands/payments.cpp
    commands/payments_common.cpp
    commands/payments_load.cpp
    commands/payments_work.cpp
    commands/query_table.cpp
    commands/root.cpp
    commands/run_reporter.cpp
    commands/sample.cpp
    commands/serve.cpp
    commands/sql.cpp
    commands/users.cpp
    commands/doctor.cpp
    commands/doctor_checks.cpp
    commands/version.cpp
    context.cpp
    errors.cpp
    flow_sources.cpp
    items_elsewhere.cpp
    output/csv_writer.cpp
    output/json_writer.cpp
    output/sink.cpp
    output/text_table.cpp
    payments_desk.cpp
    run.cpp
    server_key.cpp
    serve/backups.cpp
    serve/deliveries.cpp
    serve/flow_watch.cpp
    serve/housekeeping.cpp
    serve/items_sweep.cpp
    serve/payments_on_demand.cpp
    serve/room_metrics.cpp
    serve/serving.cpp
    settings.cpp
    terminal/input_source.cpp
    terminal/interrupt.cpp
    terminal/progress_bar.cpp
    terminal/teller.cpp
    terminal/terminal.cpp
    version.cpp
    wiring.cpp
  TESTS
    access_elsewhere_test.cpp
    cli/arguments_test.cpp
    cli/completion_test.cpp
    cli/help_test.cpp
    cli/parser_test.cpp
    commands/flows_common_test.cpp
    commands/objects_uploads_test.cpp
    commands/run_reporter_test.cpp
    context_test.cpp
    items_elsewhere_test.cpp
    output/sink_test.cpp
    output/table_writer_test.cpp
    run_test.cpp
    serve/backups_test.cpp
    serve/deliveries_test.cpp
    serve/payments_elsewhere_test.cpp
    serve/remote_store_test.cpp
    serve/serving_test.cpp
    settings_test.cpp
    terminal/input_source_test.cpp
    terminal/progress_bar_test.cpp
    terminal/teller_test.cpp
  PUBLIC fmt::fmt PRIVATE CLI11::CLI11 pugixml::pugixml)
set_source_files_properties(app/version.cpp PROPERTIES COMPILE_DEFINITIONS "CAUDAL_VERSION=\"${PROJECT_VERSION}\"")
set_source_files_properties(app/run_test.cpp PROPERTIES COMPILE_DEFINITIONS "CAUDAL_TEST_VERSION=\"${PROJECT_VERSION}\"")

# The program stands at the top of the build tree with DuckDB's library beside it, as it does where it is installed.
add_executable(caudal app/main.cpp)
target_link_libraries(caudal PRIVATE caudal_app caudal_allocator)
set_target_properties(caudal PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}"
  BUILD_RPATH "$ORIGIN" INSTALL_RPATH "$ORIGIN" BUILD_WITH_INSTALL_RPATH ON)
add_custom_command(TARGET caudal POST_BUILD
  COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${DuckDB_LIBRARY}" "${CMAKE_BINARY_DIR}/libduckdb.so"
  COMMENT "DuckDB's library beside the program" VERBATIM)

# Payments whose tables are at another Caudal, behind a bad network: as many as there is time for, up to a million; they
# print how many. Not under the sanitizers.
if(CAUDAL_TESTS)
  foreach(half IN ITEMS first second)
    add_test(NAME app/payments_elsewhere_over_a_million_${half}_half
      COMMAND app_test --gtest_filter=PaymentsElsewhereTest.HoldsForAsManyPaymentsAsThereIsTimeFor)
    set_tests_properties(app/payments_elsewhere_over_a_million_${half}_half PROPERTIES LABELS long TIMEOUT 1200 COST 900
      ENVIRONMENT "CAUDAL_SOAK_PAYMENTS=500000;CAUDAL_PAYMENTS=2000;CAUDAL_SOAK_SECONDS=840")
  endforeach()
endif()
