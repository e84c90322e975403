"""Scripts and bulletins for the communes' loudspeakers: text that a person or a machine reads aloud.

Nothing is imported here: `channels.radio.spoken` reads Vietnamese for anybody, and loads no channel for it.
"""
