"""The checks on the sample feeds and on the sentences written for them."""

import pytest

from tests.pipeline.review.subjects import checked, entry, rows, sample_entries

TEXTUAL = {"personal-data", "sensitive", "thin"}


def test_of_the_sample_feeds_one_article_is_criticism_and_one_tells_of_a_person() -> None:
    flagged = {
        (title, found.code)
        for title, subject in ((e.title, e) for _, e in sample_entries())
        for found in checked(subject)
        if found.code in TEXTUAL
    }
    assert flagged == {
        ("Trả lời phản ánh của công dân về hồ sơ cải chính hộ tịch", "personal-data"),
        (
            "Chấn chỉnh tình trạng yêu cầu thêm giấy tờ ngoài quy định khi tiếp nhận hồ sơ đất đai",
            "sensitive",
        ),
    }


def test_the_reply_to_a_citizen_shows_all_six_and_neither_the_office_line_nor_the_fee() -> None:
    reply = next(e for _, e in sample_entries() if e.title.startswith("Trả lời phản ánh của công dân"))
    found = [f for f in checked(reply) if f.code == "personal-data"]
    assert {reply.text[f.start : f.end] for f in found} == {
        "099099000001",
        "số nhà 15, ngõ 8, tổ 4, phường Việt Trì",
        "0900 000 001",
        "nva.pakn@example.com",
        "0000111122223333",
        "000123456",
    }
    assert all("che đi" in f.message for f in found)


def test_the_only_embargo_in_the_samples_texts_is_the_press_release() -> None:
    speaking = {e.title for _, e in sample_entries() for f in checked(e) if f.code == "embargo"}
    assert speaking == {"Công bố xếp hạng Bộ chỉ số phục vụ người dân, doanh nghiệp tháng 11/2026"}


@pytest.mark.parametrize(("wanted", "text"), rows("personal.tsv"))
def test_personal_data_is_found_to_the_character(wanted: str, text: str) -> None:
    found = [text[f.start : f.end] for f in checked(entry(text=text)) if f.code == "personal-data"]
    assert sorted(found) == sorted(filter(None, wanted.split("|")))


def test_criticism_is_told_from_praise_policy_and_procedure() -> None:
    missed, wronged = [], []
    corpus = rows("criticism.tsv")
    for kind, text in corpus:
        flagged = any(f.code == "sensitive" for f in checked(entry(text=text)))
        if kind == "critical" and not flagged:
            missed.append(text)
        elif kind == "innocent" and flagged:
            wronged.append(text)
    critical = sum(kind == "critical" for kind, _ in corpus)
    assert critical >= 60
    assert len(missed) <= critical * 0.05, missed
    assert wronged == []


def test_criticism_is_recognised_in_whole_articles() -> None:
    missed: list[str] = []
    wronged: list[str] = []
    corpus = rows("articles.tsv")
    for kind, title, lead, text in corpus:
        flagged = any(f.code == "sensitive" for f in checked(entry(title=title, lead=lead, text=text)))
        if flagged != (kind == "critical"):
            (wronged if flagged else missed).append(title)
    critical = sum(kind == "critical" for kind, *_ in corpus)
    assert critical >= 150
    assert len(missed) <= critical * 0.07, missed
    assert len(wronged) <= (len(corpus) - critical) * 0.02, wronged


def test_what_stands_far_apart_in_a_long_text_is_no_one_case() -> None:
    weak = (
        "Kết quả kiểm tra được báo cáo.",
        "Cán bộ nói thêm.",
        "Vẫn còn mưa nhỏ.",
        "Xã chưa họp.",
        "Xe đến muộn.",
    )
    filler = "Bà con phấn khởi ra đồng gặt lúa. " * 100
    assert [f.code for f in checked(entry(text=" ".join(weak))) if f.code == "sensitive"]
    assert not [f for f in checked(entry(text=filler.join(weak))) if f.code == "sensitive"]


def test_talk_without_a_case_never_suffices_however_much_there_is() -> None:
    talk = "Xử lý nghiêm cán bộ nhũng nhiễu, hách dịch, cửa quyền.\nChống quan liêu, đùn đẩy, né tránh.\n"
    assert not [f for f in checked(entry(text=talk * 50)) if f.code == "sensitive"]


def test_an_incident_within_an_article_of_praise_weighs_less_than_alone() -> None:
    blame = "Văn phòng phê bình 05 đơn vị chậm báo cáo."
    alone = checked(entry(text=blame))
    praised = checked(entry(title="Biểu dương 12 tập thể", text=blame))
    assert [f.code for f in alone if f.code == "sensitive"] == ["sensitive"]
    assert not [f for f in praised if f.code == "sensitive"]
