"""Texts as offices write them: figures, codes and signs of every kind, typed with any slip."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

WORDS = """
Ủy ban nhân dân tỉnh yêu cầu các xã phường thực hiện ngày tháng năm giờ từ đến số Điều khoản điểm lúc
sáng chiều tối trước sau khoảng trên dưới gần hơn và hoặc theo của về tại cho là có không đạt tăng giảm
xuống còn hộ người đại biểu phần dân quý khóa lần thứ kỳ họp mùng đồng chí điện thoại đường dây nóng biển
số Quốc lộ giá mức
""".split()  # noqa: SIM905
SHORT = """
UBND HĐND TTHC BTC BTV CP NN TW T.Ư TP TX VNeID AI H5N1 COVID-19 KT-XH QP-AN Đ/c V/v QL.2 VP. GS.TS TTTT
XYZ NQ ĐT v.v.
""".split()  # noqa: SIM905
KINDS = ("QĐ-UBND", "NĐ-CP", "TT-VPCP", "UBND-KGVX", "NQ-HĐND", "KH-UBND", "QH15", "CT-TTg", "TTr-SXD", "ABC")
UNITS = "% kg km2 m³/s ha °C mm tạ/ha giờ km/h kWh người hộ mg/l đồng/kg".split()  # noqa: SIM905
MONEY = ("đ", "đồng", " tỷ đồng", " triệu đồng", "VNĐ", " USD", "k", "đồng/người/tháng", " nghìn đồng")
DASHES = st.sampled_from(["-", " - ", "–", "—", "÷", " đến "])
SIGNS = """
. , ; : ! ? … ... ./. / // - – — + = & % @ # * ( ) [ ] { } “ ” " ' « » ½ ² ³ ① Ⅳ № ° → ✅ 🔥 § ₫ € <= ≥ ~
""".split()  # noqa: SIM905

_small = st.integers(0, 40)
_count = st.integers(0, 10**12) | st.integers(0, 9999)
_year = st.integers(1900, 2050)


def _grouped(n: int) -> str:
    return f"{n:,}".replace(",", ".")


integers = _count.map(str) | _count.map(_grouped) | _small.map("{:02}".format)
decimals = st.builds("{},{}".format, _count.map(_grouped), st.integers(0, 999))
numbers = integers | decimals | st.builds("-{}".format, decimals | integers)
dates = (
    st.builds("{:02}/{:02}/{}".format, _small, _small, _year)
    | st.builds("{}{}{}".format, _small, st.sampled_from("/-."), _small)
    | st.builds("{}{}{}/{}".format, _small, DASHES, _small, _small)
    | st.builds("{}/{}".format, _small, _year)
)
times = (
    st.builds("{}{}{:02}".format, _small, st.sampled_from([":", "h", "g", " giờ "]), _small)
    | st.builds("{}h{}{}h".format, _small, DASHES, _small)
)  # fmt: skip
codes = (
    st.builds("{}/{}/{}".format, _small, _year, st.sampled_from(KINDS))
    | st.builds("{}/{}".format, st.integers(1, 9999), st.sampled_from(KINDS))
)  # fmt: skip
amounts = st.builds("{}{}".format, numbers, st.sampled_from([*MONEY, *UNITS]))
ranges = st.builds("{}{}{}".format, numbers, DASHES, numbers | amounts | dates)
phones = st.from_regex(
    r"(0|\+84|\(0)[1-9][0-9]{1,2}\)?[. -]?[0-9]{3}[. -]?[0-9]{3,4}|1[0-9]{2,3}", fullmatch=True
)
names = st.from_regex(
    r"[1-9][0-9][A-Z][0-9]?-[0-9]{3}\.?[0-9]{2}|(QL|ĐT|TL)\.?[0-9]{1,3}[A-Z]?|Km ?[0-9]{1,3}\+[0-9]{3}"
    r"|[XVI]{1,6}|hạng [A-E][1-4]?|[a-z]{2,9}@[a-z]{2,9}\.(vn|example)|(https?://)?[a-z]{2,9}\.gov\.vn(/[a-z0-9]{0,5})?",
    fullmatch=True,
)
figures = st.one_of(numbers, dates, times, codes, amounts, ranges, phones, names)
plain = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
bits = st.one_of(figures, figures, plain, plain, st.sampled_from([*SHORT, *SIGNS]), st.characters())
frames = st.sampled_from(["()", "[]", "“”", '""', "''", "«»", ("\n- ", ";"), ("a) ", ".")])
framed = st.builds("{0[0]}{1}{0[1]}".format, frames, bits)
gaps = st.sampled_from([" ", " ", " ", "", ", ", ". ", "\n", "\xa0", "\t"])
sentences = st.lists((bits | framed).flatmap(lambda bit: gaps.map(bit.__add__)), max_size=8).map("".join)
decomposed = sentences.map(lambda text: unicodedata.normalize("NFD", text))
papers = st.one_of(sentences, sentences, sentences.map(str.upper), decomposed)
