"""One reader of the spoken workload, a process of its own: import, first text, all texts, memory."""

# Nothing is imported here that a reader would have to import itself.
import sys
from time import process_time


def main(reader: str, file: str) -> None:
    """Prints seconds of one core for the import, for the first text and for all; then MB over bare Python.

    The texts of the file are separated by NUL. What a peer loads before it can read counts as its import.
    """
    bare = _peak()
    start = process_time()
    match reader:
        case "loa":
            from channels.radio.spoken import speak as read
        case "sea-g2p":
            from sea_g2p import Normalizer

            read = Normalizer().normalize
        case _:
            from vietnormalizer import VietnameseNormalizer

            read = VietnameseNormalizer().normalize
    imported = process_time() - start
    with open(file, encoding="utf-8") as lines:  # noqa: PTH123 (pathlib is not bare Python)
        texts = lines.read().split("\0")
    start = process_time()
    read(texts[0])
    first = process_time() - start
    for text in texts[1:]:
        read(text)
    print(imported, first, process_time() - start, _peak() - bare)


def _peak() -> float:
    """MB at most so far: VmHWM of proc_pid_status(5), which unlike getrusage forgets the process before."""
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
