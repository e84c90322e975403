"""Writing an article of one's own: kinds, drafts, who is at one, and handing it in for review."""
