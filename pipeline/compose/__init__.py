"""An approved revision becomes each channel's frozen parts: sandboxed Jinja2, and the channel's rules."""
