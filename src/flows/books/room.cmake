# Computing a book's variables from its events, client by client, as a table that SQL reads. Never what a book may declare.
caudal_room(NAME flows/books FLOOR 2 DEPS base sql BESIDE flows/definition
  SRCS book_plan.cpp book_table.cpp client_block.cpp errors.cpp event_numbers.cpp event_stream.cpp
  TESTS book_differential_test.cpp book_table_test.cpp
  BENCH book_bench.cpp
  PUBLIC fmt::fmt)
