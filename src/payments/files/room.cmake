# Files of payments: read record by record as CSV, JSON lines or Parquet, and inserted so that a load can be ended and begun
# again at any moment. Never what a payment is (kv is for the tests).
caudal_room(NAME payments/files FLOOR 3 DEPS base kv sql items items/values BESIDE payments
  SRCS csv_records.cpp fields.cpp json_records.cpp load.cpp load_state.cpp mapping.cpp open.cpp parquet_records.cpp text_lines.cpp
  TESTS load_test.cpp mapping_test.cpp records_test.cpp
  FUZZ records_fuzz.cpp
  PUBLIC fmt::fmt)
