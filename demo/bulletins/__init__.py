"""A month of bulletins: the sample agencies and one commune more, what they ask of the radio, what it got."""
