# Compiler settings shared by every target, as the interface target caudal_flags.
include_guard(GLOBAL)
add_library(caudal_flags INTERFACE)
target_compile_features(caudal_flags INTERFACE cxx_std_23)
target_compile_options(caudal_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wcast-align -Wunused
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(caudal_flags INTERFACE -Wthread-safety -Wconversion -Wno-sign-conversion -Wno-gnu-statement-expression)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these on correct std::expected, std::string and std::variant code at -O2; and an `if` without braces
  # around one of GoogleTest's macros as a dangling else.
  target_compile_options(caudal_flags INTERFACE -Wno-dangling-else -Wno-maybe-uninitialized -Wno-restrict -Wno-free-nonheap-object
    -Wno-stringop-overflow -Wno-array-bounds -Wno-dangling-pointer -Wno-stringop-overread)
endif()
if(CAUDAL_SANITIZE)
  target_compile_options(caudal_flags INTERFACE -fsanitize=${CAUDAL_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(caudal_flags INTERFACE -fsanitize=${CAUDAL_SANITIZE})
endif()
if(CAUDAL_FUZZ)
  target_compile_options(caudal_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
find_program(CAUDAL_LLD NAMES ld.lld-19 ld.lld)
if(CAUDAL_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(caudal_flags INTERFACE -fuse-ld=lld)
endif()
find_program(CAUDAL_CCACHE ccache)
if(CAUDAL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CAUDAL_CCACHE}")
endif()
