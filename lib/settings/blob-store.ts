/** Settings for the storage of the images of jobs. */
import { httpUrl } from "./address.ts";
import { bucketName, choice, text, word } from "./setting.ts";

export const blobStoreSettings = {
  blobStore: choice(
    "BLOB_STORE",
    "auto",
    ["auto", "s3"],
    "Where the images of jobs are kept: `s3` for a bucket of S3 or a compatible service, or `auto`, which is the data folder, and NATS in a cluster with MONGO_URL. In a cluster it is the same on all nodes.",
  ),
  s3Endpoint: httpUrl(
    "S3_ENDPOINT",
    "URL of the service with the bucket, such as `https://s3.eu-central-1.amazonaws.com`; the bucket is named in the path.",
  ),
  s3Bucket: bucketName(
    "S3_BUCKET",
    "Bucket for the images of jobs. It must exist, and should keep no old versions of objects.",
  ),
  s3Region: word("S3_REGION", "us-east-1", "Region of the bucket, which is part of the signatures."),
  s3AccessKeyId: word("S3_ACCESS_KEY_ID", "", "Id of the access key for the bucket."),
  s3SecretAccessKey: word("S3_SECRET_ACCESS_KEY", "", "Secret of the access key for the bucket."),
  s3CredentialsFile: text(
    "S3_CREDENTIALS_FILE",
    "",
    "File with `aws_access_key_id`, `aws_secret_access_key` and perhaps `aws_session_token`, each on a line of its own, instead of S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY. It is read again when it changes.",
  ),
};
