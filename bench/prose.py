"""Vietnamese news of any amount: plain sentences that no check holds back, no two articles alike."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape

WORDS = """
xã phường bản làng đồng ruộng lúa ngô chè rừng sông suối hồ cầu đường trường lớp học sinh cô thầy giáo
sách vở mùa vụ gieo cấy thu hoạch nước tưới kênh mương đập trạm bơm điện đèn chợ hàng nông sản cây con
giống trâu bò lợn gà cá tôm vườn cam bưởi na vải nhãn mật ong thợ nghề mây tre gỗ gốm lụa hội thi văn
nghệ múa hát đàn trống thể thao bóng bơi chạy sân nhà sàn mái ngói tường vôi gạch đá cát sỏi tuyến
biển xanh đỏ vàng trắng sáng chiều trưa tuần tháng quý năm mới cũ dài ngắn rộng cao nhanh đều chắc
""".split()  # noqa: SIM905


def articles(count: int, seed: int) -> Iterable[tuple[str, list[str]]]:
    """`count` times a title and four paragraphs of about 30 syllables; the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        title = f"Tin số {seed}.{number}: {_sentence(chance, 9)}"
        yield title, [f"{_sentence(chance, 14)}. {_sentence(chance, 17)}." for _ in range(4)]


def _sentence(chance: random.Random, syllables: int) -> str:
    return " ".join(chance.choices(WORDS, k=syllables)).capitalize()


def feed(count: int, seed: int, published: datetime) -> bytes:
    """The same articles as an RSS 2.0 feed; `published` is aware."""
    items = "".join(
        f"<item><title>{escape(title)}</title><guid>tin-{seed}-{n}</guid>"
        f"<link>https://a.example/{seed}/{n}</link><pubDate>{format_datetime(published)}</pubDate>"
        f"<description>{escape(''.join(f'<p>{p}</p>' for p in paragraphs))}</description></item>"
        for n, (title, paragraphs) in enumerate(articles(count, seed))
    )
    channel = f"<title>Cơ quan {seed}</title><link>https://a.example</link>{items}"
    return f'<rss version="2.0"><channel>{channel}</channel></rss>'.encode()
