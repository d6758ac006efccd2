# Amazon S3's API in front of room objects: addresses, permissions, XML and headers both ways. Never a rule about objects.
caudal_room(NAME api/s3 FLOOR 4 DEPS base http aws access access/audit objects BESIDE api/gate
  SRCS address.cpp bucket_settings.cpp buckets.cpp call.cpp conditions.cpp copy_source.cpp cors.cpp door.cpp errors.cpp form.cpp post_object.cpp post_policy.cpp turn.cpp turn_form.cpp turn_website.cpp website.cpp fields.cpp lifecycle.cpp listings.cpp
    multipart.cpp notifications.cpp event_message.cpp event_router.cpp permissions.cpp policies.cpp reads.cpp removals.cpp reply.cpp request_body.cpp settings.cpp tags.cpp upload.cpp writes.cpp
  TESTS address_test.cpp bucket_settings_test.cpp buckets_test.cpp conditions_test.cpp copy_source_test.cpp cors_test.cpp door_test.cpp errors_test.cpp event_router_test.cpp fields_test.cpp form_test.cpp lifecycle_test.cpp listings_test.cpp multipart_test.cpp
    notifications_test.cpp permissions_test.cpp post_policy_test.cpp policies_test.cpp post_object_test.cpp reads_test.cpp removals_test.cpp settings_test.cpp tags_test.cpp turn_test.cpp upload_test.cpp website_test.cpp writes_test.cpp
  FUZZ form_fuzz.cpp
  BENCH s3_bench.cpp
  PUBLIC fmt::fmt)
