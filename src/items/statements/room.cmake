# PartiQL statements held against tables: what a store is to be asked, and its answer in the columns that were named.
# Never a wire format, never who may do what. `kv` is for the tests, whose stores need one.
caudal_room(NAME items/statements FLOOR 2 DEPS base kv BESIDE items items/values items/expressions items/partiql
  SRCS
    selection.cpp
    where.cpp
    writing.cpp
  TESTS
    selection_test.cpp
    writing_test.cpp
  FUZZ held_statement_fuzz.cpp
  PUBLIC fmt::fmt)
