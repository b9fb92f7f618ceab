"""Verifying a log: every event against its digest, the chain, its columns and the signed checkpoints."""
