# Finds Node 20 or newer for the black-box tests: the one on the path, else the one that tools/setup fetched. Sets
# CAUDAL_NODE.
include_guard(GLOBAL)
function(caudal_node_is_usable result candidate)
  execute_process(COMMAND "${candidate}" -p "process.versions.node" OUTPUT_VARIABLE version ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed OR version VERSION_LESS 20)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()
find_program(CAUDAL_NODE node VALIDATOR caudal_node_is_usable)
if(NOT CAUDAL_NODE)
  find_program(CAUDAL_NODE node PATHS "${CMAKE_SOURCE_DIR}/third_party/node/bin" NO_DEFAULT_PATH VALIDATOR caudal_node_is_usable)
endif()
if(NOT CAUDAL_NODE)
  message(FATAL_ERROR "No Node of version 20 or newer for the black-box tests; run tools/setup, which fetches one")
endif()
