"""The ports on DynamoDB, SQS, S3, Secrets Manager and EventBridge Scheduler."""
