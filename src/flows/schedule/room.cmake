# When flows run: cron, files that arrive, deadlines. Starts runs through who is handed to it; runs nothing itself.
caudal_room(NAME flows/schedule FLOOR 2 DEPS base kv BESIDE flows/definition flows/runs notices objects
  SRCS
    arrivals.cpp
    deadline_watch.cpp
    flow_watch.cpp
    inbox.cpp
    object_files.cpp
    thread_starter.cpp
    watch_state.cpp
    watcher.cpp
  TESTS
    inbox_test.cpp
    object_files_test.cpp
    thread_starter_test.cpp
    watch_years_test.cpp
    watcher_test.cpp)
