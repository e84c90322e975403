"""What newsrooms pull: one feed with everything they may print."""
