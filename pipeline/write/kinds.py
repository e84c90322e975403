"""The kinds of article that offices write most, each with the skeleton that its readers need.

What stands between ‹ and › is for the writer to fill in; nothing is handed in with such a mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GAP = re.compile("‹[^›]*›?|›")
"""What the writer has not filled in yet."""


@dataclass(frozen=True)
class Kind:
    """All texts are Vietnamese; the skeleton is HTML as `clean` makes it."""

    id: str
    name: str
    hint: str
    """What it is for, and what it must not lack."""
    kind: str | None
    """As `Revision.kind` has it; None where the glossary has no code for it."""
    topic: int | None = None
    """The plan's topic, where this kind has only one."""
    title: str = ""
    lead: str = ""
    skeleton: str = ""


KINDS = {
    each.id: each
    for each in (
        Kind(
            "tin",
            "Tin",
            "Dưới 300 chữ. Câu đầu nói ngay ai làm gì, ở đâu, bao giờ; rồi tới kết quả và việc cần làm.",
            "tin",
            lead="‹Ai làm gì, ở đâu, ngày nào›.",
            skeleton="<p>‹Việc diễn ra thế nào, ai dự, kết quả ra sao›.</p>\n"
            "<p>‹Người dân, doanh nghiệp được lợi gì hoặc cần làm gì›.</p>",
        ),
        Kind(
            "bai",
            "Bài",
            "Giải thích, hướng dẫn hoặc phản ánh sâu. Mỗi mục trả lời một câu hỏi của người đọc.",
            "bai",
            lead="‹Vấn đề là gì, vì sao người đọc nên quan tâm›.",
            skeleton="<h3>Thực trạng</h3>\n<p>‹Số liệu, nơi chốn, người trong cuộc›.</p>\n"
            "<h3>Cách làm</h3>\n<p>‹Đã làm gì, ai làm, từ bao giờ›.</p>\n"
            "<h3>Kết quả và việc tiếp theo</h3>\n<p>‹Được gì, còn vướng gì, sắp tới làm gì›.</p>",
        ),
        Kind(
            "thong-bao",
            "Thông báo",
            "Điều người dân phải biết ngay: việc gì, ở đâu, từ giờ nào đến giờ nào, hỏi ai. Nhớ ghi hạn.",
            "thong-bao",
            title="Thông báo ‹việc gì›",
            lead="‹Cơ quan› thông báo ‹việc gì›, từ ‹ngày, giờ› đến ‹ngày, giờ›.",
            skeleton="<h3>Thời gian</h3>\n<p>‹Từ giờ, ngày nào đến giờ, ngày nào›.</p>\n"
            "<h3>Địa điểm, phạm vi</h3>\n<p>‹Ở đâu, những ai bị ảnh hưởng›.</p>\n"
            "<h3>Người dân cần làm gì</h3>\n<p>‹Việc cần làm, trước ngày nào›.</p>\n"
            "<h3>Liên hệ</h3>\n<p>‹Cơ quan, số điện thoại của cơ quan›.</p>",
        ),
        Kind(
            "van-ban",
            "Văn bản mới",
            "Ghi đúng số, ký hiệu, ngày ký, cơ quan ban hành, ngày có hiệu lực, và điều gì thay đổi.",
            "tin",
            topic=1,
            title="‹Điểm mới người dân cần biết› theo ‹số, ký hiệu văn bản›",
            lead="Ngày ‹ngày ký›, ‹cơ quan› ban hành ‹tên loại, số, ký hiệu› về ‹trích yếu›.",
            skeleton="<h3>Nội dung chính</h3>\n<p>‹Quy định gì, khác trước ở điểm nào›.</p>\n"
            "<h3>Ai thực hiện</h3>\n<p>‹Đối tượng áp dụng›.</p>\n"
            "<h3>Hiệu lực</h3>\n<p>Văn bản có hiệu lực từ ‹ngày›; thay thế ‹văn bản cũ, nếu có›.</p>\n"
            "<h3>Tìm đọc toàn văn</h3>\n<p>‹Đính kèm tệp PDF, hoặc nơi đăng toàn văn›.</p>",
        ),
        Kind(
            "hoi-dap",
            "Hỏi – đáp",
            "Đoạn hỏi bắt đầu bằng “Hỏi:”, đoạn đáp bằng “Trả lời:”; loa truyền thanh đọc hai giọng.",
            "hoi-dap",
            lead="‹Câu hỏi về việc gì, ai trả lời›.",
            skeleton="<p><strong>Hỏi:</strong> ‹Câu hỏi, bằng lời của người dân›?</p>\n"
            "<p><strong>Trả lời:</strong> ‹Trả lời thẳng, rồi mới tới căn cứ›.</p>\n"
            "<p><strong>Căn cứ:</strong> ‹Điều, khoản, số và ký hiệu văn bản›.</p>",
        ),
        Kind(
            "can-biet",
            "Cần biết",
            "Hướng dẫn ngắn một thủ tục: ai làm, cần giấy tờ gì, nộp ở đâu, bao lâu, mất bao nhiêu tiền.",
            "so-tay",
            title="Cần biết: ‹tên thủ tục›",
            lead="‹Ai cần làm thủ tục này, khi nào›.",
            skeleton="<h3>Giấy tờ cần có</h3>\n"
            "<ul><li>‹Giấy tờ thứ nhất›</li><li>‹Giấy tờ thứ hai›</li></ul>\n"
            "<h3>Nộp ở đâu</h3>\n<p>‹Trên Cổng Dịch vụ công, hoặc ở Trung tâm hành chính công nào›.</p>\n"
            "<h3>Bao lâu có kết quả</h3>\n<p>‹Số ngày làm việc, kể từ khi đủ hồ sơ›.</p>\n"
            "<h3>Lệ phí</h3>\n<p>‹Bao nhiêu đồng, hay miễn phí›.</p>\n"
            "<h3>Hỏi thêm</h3>\n<p>‹Cơ quan, số điện thoại của cơ quan›.</p>",
        ),
    )
}
