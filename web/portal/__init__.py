"""The public site: what was approved and sent, and nothing else."""
