"""Zalo: articles on an Official Account, and messages of a Zalo bot."""

from channels.zalo.bot import ZaloBotChannel
from channels.zalo.oa import ZaloOaChannel
from channels.zalo.tokens import TokenPair, Tokens, TokenStore

__all__ = ["TokenPair", "TokenStore", "Tokens", "ZaloBotChannel", "ZaloOaChannel"]
