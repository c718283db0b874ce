"""The wire: JSON in, JSON or a problem document out, as `openapi.yaml` says."""
