"""The ledger at work: claim, send, confirm; whatever dies, nothing goes out twice and nothing is lost."""
