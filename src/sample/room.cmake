# A believable lender, made up from a seed: the files that the demo, the tests and the benchmarks read.
caudal_room(NAME sample FLOOR 3 DEPS base
  SRCS calendar.cpp client.cpp dirt.cpp identity.cpp life.cpp make.cpp manifest.cpp row_file.cpp
  TESTS calendar_test.cpp client_test.cpp identity_test.cpp life_test.cpp make_test.cpp manifest_test.cpp
  PRIVATE fmt::fmt)
