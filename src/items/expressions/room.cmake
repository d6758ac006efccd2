# DynamoDB's expressions: conditions, filters, key conditions, updates, projections, and the legacy parameters before
# them, each read into a tree with DynamoDB's errors, and applied to items. Plain values: never a store.
caudal_room(NAME items/expressions FLOOR 2 DEPS base aws BESIDE items/values
  SRCS
    condition_checks.cpp
    condition_evaluate.cpp
    condition_parse.cpp
    condition_print.cpp
    errors.cpp
    grammar.cpp
    key_clauses.cpp
    legacy.cpp
    legacy_operators.cpp
    path.cpp
    placeholders.cpp
    printer.cpp
    projection.cpp
    request.cpp
    reserved_words.cpp
    tokens.cpp
    update_apply.cpp
    update_parse.cpp
    update_print.cpp
  TESTS
    condition_test.cpp
    expression_properties_test.cpp
    key_clauses_test.cpp
    legacy_test.cpp
    projection_test.cpp
    request_test.cpp
    update_test.cpp
  FUZZ expressions_fuzz.cpp
  BENCH expressions_bench.cpp
  PUBLIC fmt::fmt)
