# What a flow's folder may say: contracts, quality rules, books, steps. Reads and checks; runs nothing: `sql` is for the
# tests, which try the SQL that is written here.
caudal_room(NAME flows/definition FLOOR 2 DEPS base sql
  SRCS
    book.cpp
    book_sql.cpp
    book_variables.cpp
    column_type.cpp
    contract.cpp
    errors.cpp
    file_pattern.cpp
    flow.cpp
    flow_files.cpp
    load.cpp
    rule.cpp
    rule_check.cpp
    rule_parse.cpp
    rule_sql.cpp
    sql_template.cpp
    sql_text.cpp
    step_order.cpp
    step_read.cpp
  TESTS
    book_test.cpp
    column_type_test.cpp
    contract_test.cpp
    file_pattern_test.cpp
    flow_test.cpp
    load_schedule_test.cpp
    load_test.cpp
    rule_sql_test.cpp
    rule_test.cpp
    schema_test.cpp
    sql_template_test.cpp
  FUZZ book_fuzz.cpp contract_fuzz.cpp rule_fuzz.cpp
  PRIVATE OpenSSL::Crypto)
