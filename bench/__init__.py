"""The workloads behind the figures in docs/performance.md, each beside a peer: `python -m bench [NAME…]`."""
