"""Which channels an approved revision goes to, and when: values in, values out."""
