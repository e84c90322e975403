"""Draws a hostile picture anew: the pixels alone, in a size and a form that every channel takes."""

from __future__ import annotations

import warnings
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.entry import Trouble

MAX_BYTES = 900_000
"""Bytes of a picture as we store it: Zalo OA refuses an article's cover near 1 MB."""

MAX_SIDE = 1600
MAX_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True)
class Reencoded:
    """A picture drawn anew: `content_type` is image/png or image/jpeg, sides in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


class PictureTrouble(Trouble):
    """There is no usable picture."""


def reencode(raw: bytes) -> Reencoded:
    """Draw a PNG, JPEG, GIF (its first frame) or WebP anew, without metadata, small enough to post.

    Pure and deterministic for one release of Pillow; runs in the sandbox, for `raw` is hostile.
    Raises `PictureTrouble`.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own warning comes at 89 megapixels; ours is an error, and earlier.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with closing(Image.open(BytesIO(raw), formats=_FORMATS)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureTrouble(f"Ảnh quá lớn: {image.width} × {image.height} điểm ảnh")
                # A JPEG can be decoded at a fraction of its size; other formats ignore this.
                image.draft(None, (MAX_SIDE, MAX_SIDE))
                lossless = image.format in ("PNG", "GIF")
                drawn = _upright(image)
    except Image.DecompressionBombError as error:
        raise PictureTrouble("Ảnh quá lớn") from error
    except UnidentifiedImageError as error:
        raise PictureTrouble("Tệp không phải là ảnh PNG, JPEG, GIF hay WebP") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # What Pillow's readers raise on broken files is no closed set.
        raise PictureTrouble("Tệp ảnh bị hỏng") from error
    if lossless or drawn.mode == "RGBA":
        png = _encoded(drawn, "PNG")
        if len(png.data) <= MAX_BYTES:
            return png
    return _jpeg(drawn)


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone, turned as EXIF says, at most `MAX_SIDE` wide and high; mode L, RGB or RGBA."""
    if image.mode.startswith("I"):
        # Pillow cuts 16-bit greys off at 255 instead of scaling them.
        image = image.convert("I").point(lambda grey: grey / 256).convert("L")
    if image.mode == "LA" or image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode != "L":
        image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(image)
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _jpeg(image: Image.Image) -> Reencoded:
    """The best JPEG below `MAX_BYTES`: first worse, then smaller; transparency becomes white."""
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    while True:
        for quality in (85, 75, 65):
            picture = _encoded(image, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(picture.data) <= MAX_BYTES:
                return picture
        image = image.resize((max(image.width * 4 // 5, 1), max(image.height * 4 // 5, 1)))


def _encoded(image: Image.Image, form: str, **options: int) -> Reencoded:
    out = BytesIO()
    image.save(out, form, **options)
    return Reencoded(out.getvalue(), f"image/{form.lower()}", image.width, image.height)
