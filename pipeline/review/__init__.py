"""From a revision to what stands in its way: the checks, and who may lift what they found."""
