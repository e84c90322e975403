"""What communes are told, of any amount: dates, codes, money, abbreviations."""

from __future__ import annotations

import random
from collections.abc import Callable

from bench.prose import articles

DENSE = """
Sáng {day}/{month}, đồng chí Chủ tịch UBND tỉnh kiểm tra tiến độ kè sông Bứa, đoạn từ Km {km}+{metres}.
Căn cứ Quyết định số {number}/QĐ-UBND ngày {date} của UBND tỉnh và Công văn số {number}/UBND-KGVX ngày {date}.
Thực hiện Nghị định số {number}/{year}/NĐ-CP, Văn phòng UBND tỉnh công bố {padded} nhóm TTHC liên thông.
Tổng kinh phí {tenths} tỷ đồng, trong đó ngân sách nhà nước {percent}%, còn lại do nhân dân đóng góp.
Bộ phận Một cửa tiếp nhận hồ sơ từ {hour}h30 đến 11h30, từ thứ 2 đến thứ 6; giải quyết trong {few}-5 ngày.
Trong 10 tháng năm {year}, tỉnh giải quyết {thousands} hồ sơ, đúng hạn {percent}%, tăng 0,05% so với cùng kỳ.
Giá lúa {thousands} đồng/kg, sản lượng {thousands} tấn, diện tích {thousands} ha, năng suất {tenths} tạ/ha.
Mức hỗ trợ {thousands} đồng/người/tháng, áp dụng cho hộ nghèo giai đoạn 2021-2025 theo Luật số 45/2019/QH14.
Mọi vướng mắc gọi số 0210.000.0{three} (trong giờ hành chính), báo cháy gọi 114, cấp cứu gọi 115.
Lượng mưa phổ biến {mm}-200 mm, có nơi trên 250 mm; nhiệt độ cao nhất {degrees}°C, gió cấp 6, giật cấp 8 - 9.
Trên {few}/5 số đại biểu HĐND tán thành, đạt {percent}%; kỳ họp thứ IV bế mạc lúc {hour} giờ 30 phút.
BCH Đảng bộ xã họp ngày {date} cho ý kiến về kế hoạch KT-XH, QP-AN quý IV/{year} và chương trình NTM.
Người dân cài VNeID mức độ 2, nộp hồ sơ tại dichvucong.gov.vn hoặc gửi thư về vanphong@phutho.example.
Xe 19C-{three}.{two} va chạm với xe máy trên QL.2 lúc {hour}h15 ngày {date}, số {number} đường Hùng Vương.
Tiêm phòng COVID-19 cho {thousands} người (mũi {few}), có {number} trẻ từ 5 - 11 tuổi tại {padded} trạm y tế.
Hội nghị có đ/c Phó Chủ tịch HĐND tỉnh, đại diện UBMTTQ, Hội CCB, Hội LHPN và {padded} xã, phường tham dự.
""".strip().splitlines()
PLAIN = """
Văn phòng đề nghị các sở, ngành và chính quyền cơ sở niêm yết công khai thủ tục tại nơi tiếp nhận hồ sơ.
Người dân chuẩn bị giấy tờ theo hướng dẫn, không phải đi lại nhiều lần và không mất thêm bất cứ khoản phí nào.
Cán bộ trực có trách nhiệm trả lời ngay các câu hỏi về thành phần hồ sơ, lệ phí và thời hạn giải quyết.
Đồng chí nhấn mạnh, việc chậm trễ phải có thư xin lỗi và hẹn lại thời gian trả kết quả cho người dân.
Các hộ dân ở vùng trũng thấp chủ động di dời tài sản, gia súc, gia cầm đến nơi an toàn trước khi mưa lớn.
Nhà văn hóa khu mở cửa vào các buổi tối để bà con đọc sách, tập văn nghệ và chơi thể thao.
Hội viên được hướng dẫn kỹ thuật trồng, chăm sóc và phòng trừ sâu bệnh cho cây bưởi, cây chè trên đất đồi.
Trường hợp cần xác minh, cơ quan tiếp nhận thông báo bằng văn bản và nêu rõ toàn bộ nội dung phải bổ sung.
""".strip().splitlines()


def announcements(characters: int, seed: int) -> list[str]:
    """Texts of some 1,200 characters each, at least so many in all; the same for the same seed."""
    chance = random.Random(seed)
    texts: list[str] = []
    while sum(map(len, texts)) < characters:
        texts.append(_text(chance))
    return texts


def _text(chance: random.Random) -> str:
    """Every third sentence has figures, a little more than in the demo's feeds; a third is said only once."""
    _, paragraphs = next(iter(articles(1, chance.randrange(2**32))))
    dense = (line.format_map(_Figures(chance)) for line in chance.choices(DENSE, k=4))
    sentences = [*dense, *chance.choices(PLAIN, k=4), *paragraphs[:2]]
    chance.shuffle(sentences)
    return "\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


class _Figures(dict[str, str]):
    """A figure for every name in braces, another one each time."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def __missing__(self, name: str) -> str:
        return _FIGURES[name](self.chance.randint)


Between = Callable[[int, int], int]
_FIGURES: dict[str, Callable[[Between], str]] = {
    "date": lambda between: f"{between(1, 28):02}/{between(1, 12):02}/{between(2019, 2026)}",
    "day": lambda between: f"{between(1, 28)}",
    "degrees": lambda between: f"{between(12, 39)}",
    "few": lambda between: f"{between(1, 4)}",
    "hour": lambda between: f"{between(6, 8)}",
    "km": lambda between: f"{between(1, 90)}",
    "metres": lambda between: f"{between(1, 9)}00",
    "mm": lambda between: f"{between(5, 19)}0",
    "month": lambda between: f"{between(1, 12)}",
    "number": lambda between: f"{between(11, 1999)}",
    "padded": lambda between: f"{between(1, 9):02}",
    "percent": lambda between: f"{between(40, 99)},{between(1, 9)}",
    "tenths": lambda between: f"{between(1, 90)},{between(1, 9)}",
    "thousands": lambda between: f"{between(1, 900)}.{between(0, 999):03}",
    "three": lambda between: f"{between(100, 999)}",
    "two": lambda between: f"{between(10, 99)}",
    "year": lambda between: f"{between(2019, 2026)}",
}
