# What all doors share: which door a request is for, who asks, and what is told of it. Never a service's rules.
caudal_room(NAME api/gate FLOOR 4 DEPS base http aws access access/audit
  SRCS audit_witness.cpp authenticator.cpp front.cpp head.cpp metrics.cpp permission.cpp probes.cpp query_door.cpp refusals.cpp request_log.cpp sender.cpp
  TESTS front_test.cpp
  PUBLIC fmt::fmt PRIVATE prometheus-cpp::core)
