"""Two days of the demo office, for the album: what its pages show, and the number of each thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice

from demo.agencies import Agencies
from demo.album.clock import Clock
from demo.faults import Fault
from demo.office import FIRST_DAY, SECOND_DAY
from demo.telegram import TelegramStandIn
from pipeline import acts, audit, mending, moving, people, places, run
from pipeline.amend import Edit
from pipeline.bulletin.stage import broadcast
from pipeline.clock import firings
from pipeline.collect.stage import Tools
from pipeline.deliver import by_hand, pauses
from pipeline.deliver.engine import real_now
from pipeline.mending import Seen, Wording
from pipeline.models import Article, Delivery, Draft
from pipeline.office import Office
from pipeline.review.workflow import Role
from pipeline.write.drafts import begin, save, words_of

NAMES = {
    "minh": "Trần Quang Minh",
    "hoa": "Nguyễn Thị Hoa",
    "lan": "Lê Ngọc Lan",
    "tuphap": "Phạm Văn Tư",
    "vanhanh": "Đỗ Vân Hạnh",
    "quantri": "Hoàng Quốc Trị",
    "thanhtra": "Vũ Thanh Trà",
}
CLEAN, CRITICAL = "liên thông ưu tiên", "Chấn chỉnh tình trạng"
PRIVATE, UNDATED = "Trả lời phản ánh", "Công khai đầu mối"
CORRECTED, TAKEN_BACK, CHANGED = "Tập huấn nghiệp vụ", "Sáng kiến “5 tại chỗ”", "Quý III/2026"
SHORT = "Cán bộ không được yêu cầu thêm giấy tờ ngoài quy định. Người dân phản ánh qua Cổng của tỉnh."
PLACE = "facebook"
TITLE = "Cấp Phiếu lý lịch tư pháp lưu động tại xã Xuân Đài"
LEAD = "Sáng 27/11/2026, Sở Tư pháp nhận hồ sơ và trả kết quả ngay tại xã."
BODY = "<p>Người dân mang theo căn cước; lệ phí như tại Sở.</p><p>Nhận hồ sơ từ 8 giờ.</p>"
PHONE = "10fa" * 10
"""The secret of a telephone that shows codes, so that its picture repeats."""


@dataclass
class Scene:
    """Who plays it, and with what."""

    office: Office
    tools: Tools
    owner: str
    clock: Clock
    agencies: Agencies
    telegram: TelegramStandIn

    def play(self) -> dict[str, str]:
        """Both days; returns what stands for each {name} in an address of the album."""
        self._people()
        self._first_morning()
        self._bulletins()
        self._second_morning()
        self._draft()
        self.clock.stop(SECOND_DAY + timedelta(minutes=5))
        audit.verify_whole(self.office.data)
        return self._found()

    def _people(self) -> None:
        for name, full in NAMES.items():
            User.objects.filter(username=name).update(first_name=full)
        TOTPDevice.objects.create(user=self._user("tuphap"), name="phone", key=PHONE, confirmed=True)
        TOTPDevice.objects.create(user=self._user("hoa"), name="phone", key=PHONE, confirmed=False)
        with transaction.atomic():
            people.newcomer("thuha", "Nguyễn Thu Hà", [(Role.EDITOR, "")], "quantri")

    def _first_morning(self) -> None:
        self._at(FIRST_DAY, "the agencies are read, and what is approved goes out")
        self.telegram.faults.append(
            Fault("reset-after-accepting", only="sendMessage", where={"text": "*Cấp chữ ký số*"})
        )
        run.once(self.office, self.tools, self.owner)
        self._at(FIRST_DAY + timedelta(hours=1), "officers correct, take back, post by hand, broadcast")
        minh, hoa = self._user("minh"), self._user("hoa")
        done, taken = self._cards()
        by_hand.take(done, [PLACE], "lan", now=self.clock.now(), real_now=real_now())
        by_hand.done(done, "lan", f"https://www.facebook.com/phutho/posts/{done}", self.clock.now())
        by_hand.take(taken, [PLACE], "hoa", now=self.clock.now(), real_now=real_now())
        acts.correct(
            self.office,
            _article(CORRECTED).id,
            hoa,
            [("hơn 60 câu hỏi", "hơn 70 câu hỏi")],
            "Số câu hỏi được tổng hợp lại.",
        )
        acts.withdraw(self.office, _article(TAKEN_BACK).id, minh, "Số liệu của bài đang được kiểm tra lại.")
        run.deliver(self.office, self.owner)
        standing = Delivery.objects.filter(channel="zalo", state="sent", article__state="approved")
        chosen = list(standing.order_by("id").values_list("article", flat=True)[:3])
        places.broadcast(self.office, "zalo", "0" * 32, chosen, minh)

    def _cards(self) -> Iterable[int]:
        rows = Delivery.objects.filter(channel=PLACE, state="queued").order_by("id")
        return rows.values_list("id", flat=True)[:2]

    def _bulletins(self) -> None:
        due = sorted(
            (fires, settings.id, settings)
            for settings in self.office.schedule.runs
            if settings.job == "bulletin"
            for fires in firings(settings, self.office, FIRST_DAY, SECOND_DAY)
        )
        for fires, _, settings in due:
            self._at(fires, "a bulletin is made")
            zone = self.office.schedule.office.zone
            run.bulletin(self.office, settings, broadcast(settings, fires, zone))

    def _second_morning(self) -> None:
        """One agency is silent, one corrects, one takes back; some posts wait for their hour."""
        self._at(SECOND_DAY - timedelta(minutes=95), "an agency falls silent")
        self.agencies.faults.append(Fault("500-before-accepting", only="skhcn.json", times=99))
        run.collect_sources(self.office, self.tools, ["skhcn"])
        hoa, lan = self._user("hoa"), self._user("lan")
        undated = _article(UNDATED)
        mending.mend(
            self.office,
            undated.id,
            lan,
            Edit(fields={"published": FIRST_DAY.replace(hour=7, minute=30)}),
            Seen(undated.current_id),
        )
        acts.approve(self.office, undated.id, hoa)
        run.deliver(self.office, self.owner)
        for channel, hour in (("telegram-tinh", 10), ("zalo", 14)):
            moving.move(self.office, undated.id, channel, hoa, SECOND_DAY.replace(hour=hour, minute=30))
        critical = _article(CRITICAL)
        short = Wording("Chấn chỉnh việc đòi thêm giấy tờ khi nhận hồ sơ đất đai", "", SHORT)
        mending.word(self.office, critical.id, lan, "telegram-tinh", short, Seen(critical.current_id), "")
        self.agencies.day = 2
        self._at(SECOND_DAY, "the second morning")
        run.once(self.office, self.tools, self.owner)
        pauses.pause("zalo-nhom", "", "Nhóm đang đổi trưởng nhóm.", "vanhanh", real_now())

    def _draft(self) -> None:
        lan = self._user("lan")
        row = begin(self.office, lan, "Sở Tư pháp", "tin")
        words = replace(words_of(row), title=TITLE, lead=LEAD, body=BODY)
        save(row.pk, lan, words, row.version, "")

    def _found(self) -> dict[str, str]:
        doubt = Delivery.objects.filter(state="uncertain").get()
        goes = Delivery.objects.filter(channel="zalo", article=_article(UNDATED)).latest("id")
        cards = Delivery.objects.filter(channel=PLACE)
        newcomer = self._user("thuha")
        found = {
            "clean": _article(CLEAN).id,
            "critical": _article(CRITICAL).id,
            "private": _article(PRIVATE).id,
            "corrected": _article(CORRECTED).id,
            "taken_back": _article(TAKEN_BACK).id,
            "changed": _article(CHANGED).id,
            "doubtful": doubt.article_id,
            "goes": goes.id,
            "draft": Draft.objects.get().pk,
            "card_waits": cards.filter(state="queued").earliest("id").id,
            "card_held": cards.filter(state="sending").get().id,
            "person": self._user("lan").pk,
            "uid": urlsafe_base64_encode(force_bytes(newcomer.pk)),
            "token": default_token_generator.make_token(newcomer),
        }
        return {name: str(each) for name, each in found.items()}

    def _at(self, moment: datetime, what: str) -> None:
        self.clock.put(moment)
        print(f"  {moment:%d/%m %H:%M}  {what}", flush=True)

    def _user(self, name: str) -> User:
        return User.objects.get(username=name)


def _article(words: str) -> Article:
    """The oldest of which the title has these words."""
    return Article.objects.filter(current__title__contains=words).earliest("id")
