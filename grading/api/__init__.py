"""The HTTP API: what programs ask for, with a token, outside sessions. See docs/guide/engineers/service.md."""
