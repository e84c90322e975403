"""What officers write themselves: typed, pasted, or dropped as a Word file, a picture or a PDF."""
