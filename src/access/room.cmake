# Who may do what: users, keys and root, policies in AWS's language, and the one decision that all doors ask for. Never
# a wire format, never whether a thing exists.
caudal_room(NAME access FLOOR 2 DEPS base kv
  SRCS
    condition.cpp
    condition_values.cpp
    decide.cpp
    entropy.cpp
    errors.cpp
    evaluation.cpp
    identities.cpp
    identity.cpp
    identity_rows.cpp
    json_tree.cpp
    master_key.cpp
    named_policies.cpp
    pattern.cpp
    policy.cpp
    policy_cache.cpp
    policy_ids.cpp
    policy_principals.cpp
    policy_reader.cpp
    private_file.cpp
    request.cpp
    resource_rules.cpp
    root_key.cpp
    s3_actions.cpp
    secret.cpp
  TESTS
    condition_test.cpp
    condition_values_test.cpp
    decide_laws_test.cpp
    decide_model_test.cpp
    decide_test.cpp
    evaluation_test.cpp
    identities_faults_test.cpp
    identities_test.cpp
    json_tree_test.cpp
    pattern_test.cpp
    policy_examples_test.cpp
    policy_ids_test.cpp
    policy_test.cpp
    resource_rules_test.cpp
    secrets_test.cpp
  FUZZ policy_fuzz.cpp
  BENCH decide_bench.cpp
  PUBLIC fmt::fmt PRIVATE OpenSSL::Crypto)
if(TARGET access_test)
  target_link_libraries(access_test PRIVATE simdjson::simdjson)  # the second opinion on what is JSON
endif()
