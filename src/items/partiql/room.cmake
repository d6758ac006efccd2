# PartiQL as DynamoDB has it: statements read into the trees of items/expressions, and the keys in their WHERE. Plain
# values: never a store.
caudal_room(NAME items/partiql FLOOR 2 DEPS base BESIDE items/values items/expressions
  SRCS
    lexer.cpp
    parse_statement.cpp
    parse_where.cpp
    parser.cpp
    where_keys.cpp
  TESTS statement_test.cpp
  FUZZ statement_fuzz.cpp
  PUBLIC fmt::fmt)
