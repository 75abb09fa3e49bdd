"""What stands behind the ports: Kafka, MinIO, memory fakes. The only room that sees a network client."""
