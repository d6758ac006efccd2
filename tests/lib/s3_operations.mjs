// SPDX-License-Identifier: Apache-2.0
// Every operation of S3 that is offered, with an input that is done, in an order in which each finds what it needs. The
// inputs are those of the SDK and, as JSON, of the CLI. All else that the SDK knows is not offered.
//
//   for (const { name, input } of offered({ Bucket, made })) made[name] = await call(name, input());
//
// `made` holds the answers so far, by the operation's name.

const statement = (Bucket) => ({ Sid: 'one', Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: `arn:aws:s3:::${Bucket}` });
const tags = { TagSet: [{ Key: 'class', Value: 'raw' }] };
const rules = {
  cors: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }] },
  lifecycle: { Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 30 } }] },
  encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  ownership: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  website: { IndexDocument: { Suffix: 'index.html' } },
  block: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false },
};

export function offered({ Bucket, made }) {
  const of = { Bucket, Key: 'k' };
  const parts = { Bucket, Key: 'parts' };
  const upload = () => ({ ...parts, UploadId: made.CreateMultipartUpload.UploadId });
  const settings = [
    ['PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } }], ['GetBucketVersioning'],
    ['PutBucketTagging', { Tagging: tags }], ['GetBucketTagging'], ['DeleteBucketTagging'],
    ['PutBucketCors', { CORSConfiguration: rules.cors }], ['GetBucketCors'], ['DeleteBucketCors'],
    ['PutBucketLifecycleConfiguration', { LifecycleConfiguration: rules.lifecycle }], ['GetBucketLifecycleConfiguration'], ['DeleteBucketLifecycle'],
    ['PutBucketEncryption', { ServerSideEncryptionConfiguration: rules.encryption }], ['GetBucketEncryption'], ['DeleteBucketEncryption'],
    ['PutBucketOwnershipControls', { OwnershipControls: rules.ownership }], ['GetBucketOwnershipControls'], ['DeleteBucketOwnershipControls'],
    ['PutBucketWebsite', { WebsiteConfiguration: rules.website }], ['GetBucketWebsite'], ['DeleteBucketWebsite'],
    ['PutBucketNotificationConfiguration', { NotificationConfiguration: {} }], ['GetBucketNotificationConfiguration'],
    ['PutPublicAccessBlock', { PublicAccessBlockConfiguration: rules.block }], ['GetPublicAccessBlock'], ['DeletePublicAccessBlock'],
    ['PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement(Bucket)] }) }], ['GetBucketPolicy'],
    ['GetBucketPolicyStatus'], ['DeleteBucketPolicy'], ['PutBucketAcl', { ACL: 'private' }], ['GetBucketAcl'], ['GetBucketLocation'], ['HeadBucket'],
  ].map(([name, rest = {}]) => [name, () => ({ Bucket, ...rest })]);
  return [
    ['CreateBucket', () => ({ Bucket })], ['ListBuckets', () => ({})],
    ...settings,
    ['PutObject', () => ({ ...of, Body: 'body' })],
    ['GetObject', () => of], ['HeadObject', () => of],
    ['GetObjectAttributes', () => ({ ...of, ObjectAttributes: ['ETag', 'ObjectSize'] })],
    ['CopyObject', () => ({ ...of, Key: 'copy', CopySource: `${Bucket}/k` })],
    ['PutObjectTagging', () => ({ ...of, Tagging: tags })], ['GetObjectTagging', () => of], ['DeleteObjectTagging', () => of],
    ['PutObjectAcl', () => ({ ...of, ACL: 'private' })], ['GetObjectAcl', () => of],
    ['ListObjects', () => ({ Bucket })], ['ListObjectsV2', () => ({ Bucket })], ['ListObjectVersions', () => ({ Bucket })],
    ['CreateMultipartUpload', () => parts],
    ['UploadPart', () => ({ ...upload(), PartNumber: 1, Body: 'body' })],
    ['UploadPartCopy', () => ({ ...upload(), PartNumber: 1, CopySource: `${Bucket}/k` })],
    ['ListParts', upload], ['ListMultipartUploads', () => ({ Bucket })],
    ['CompleteMultipartUpload', () => ({ ...upload(), MultipartUpload: { Parts: [{ PartNumber: 1, ETag: made.UploadPartCopy.CopyPartResult.ETag }] } })],
    ['AbortMultipartUpload', () => ({ ...parts, UploadId: made.another.UploadId })],
    ['DeleteObject', () => of],
    ['DeleteObjects', () => ({ Bucket, Delete: { Objects: [...made.ListObjectVersions.Versions, made.CompleteMultipartUpload, made.DeleteObject]
      .map(({ Key = 'k', VersionId }) => ({ Key, VersionId })) } })],
    ['DeleteBucket', () => ({ Bucket })],
  ].map(([name, input]) => ({ name, input }));
}
