"""The built-in public site: what it shows is frozen here, the web only reads it."""

from channels.portal.channel import PortalChannel, media_path, page_path

__all__ = ["PortalChannel", "media_path", "page_path"]
