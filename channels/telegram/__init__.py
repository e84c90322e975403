"""Articles as messages in a Telegram chat (Bot API 10, by python-telegram-bot)."""

from channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
