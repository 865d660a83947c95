"""What the library tab says, in both languages of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.page.wording import Tongue


@dataclass(frozen=True, slots=True)
class ShelfWording:
    """The words of one language. In braces stands what is filled in with str.format()."""

    direction: Literal["rtl", "ltr"]
    articles: str
    passages: str
    reports: str
    outlets: str
    first: str
    last: str
    size: str
    encoder: str
    state: str
    empty: str
    read_only: str
    add: str
    drop: str
    choose: str
    kinds: str
    path: str
    path_hint: str
    path_send: str
    sending: str
    too_large: str
    too_many: str
    not_sent: str
    nothing_chosen: str
    reading: str
    waiting: str
    so_far: str
    added: str
    updated: str
    unchanged: str
    failed: str
    more: str
    title: str
    since: str
    until: str
    outlet: str
    clear: str
    timeline: str
    bars: str
    most: str
    per: dict[Literal["day", "month", "year", "years"], str]
    table: str
    days: str
    list_: str
    shown: str
    none: str
    undated: str
    tick: str
    tick_all: str
    remove_ticked: str
    remove_one: str
    sure: str
    sure_hint: str
    yes: str
    no: str
    removed: str
    following: str
    previous: str
    pages: str


SHELF: dict[Tongue, ShelfWording] = {
    "en": ShelfWording(
        direction="ltr",
        articles="Articles",
        passages="Passages",
        reports="Reports, copies counted once",
        outlets="Outlets",
        first="First day",
        last="Last day",
        size="On disk",
        encoder="Encoder",
        state="Change",
        empty="This library is empty. Add articles, and ask about them.",
        read_only="This page is for reading; nothing is added or removed here.",
        add="Add articles",
        drop="Drop files or folders here",
        choose="Choose files",
        kinds="Text, Markdown, HTML, JSON, CSV, PDF, Word, and zips of these; up to {limit} at a time",
        path="Or a file or folder on the server",
        path_hint="within the folder that it offers; a dot stands for all of it",
        path_send="Add",
        sending="Sending files ({files}): {share}",
        too_large="These files have {size}; an upload may have {limit}. Send less at a time.",
        too_many="These are {files} files; an upload may have {limit}. Put them into a zip.",
        not_sent="The files could not be sent: {why}",
        nothing_chosen="There is no file here that can be read.",
        reading="Reading: {done} of {total}",
        waiting="Waiting until another writer has ended …",
        so_far="{articles} so far",
        added="added",
        updated="updated",
        unchanged="unchanged",
        failed="not read",
        more="and {number} more",
        title="Words of the headline",
        since="Since",
        until="Until",
        outlet="Outlets",
        clear="Show all",
        timeline="Timeline",
        bars="Articles over time; each bar filters the list, the arrow keys walk the bars",
        most="Articles {per}; the most: {articles}, {days}",
        per={"day": "per day", "month": "per month", "year": "per year", "years": "per span of years"},
        table="As a table",
        days="Time",
        list_="Articles",
        shown="{first}–{last} of {total}",
        none="No article is like that.",
        undated="no date",
        tick="Select “{title}”",
        tick_all="Select all on this page",
        remove_ticked="Remove selected",
        remove_one="Remove from the library",
        sure="Remove {articles} from the library?",
        sure_hint="Files that they were read from stay where they are.",
        yes="Remove",
        no="Keep",
        removed="Removed {articles}.",
        following="Next page",
        previous="Previous page",
        pages="Pages",
    ),
    "ar": ShelfWording(
        direction="rtl",
        articles="المقالات",
        passages="المقاطع",
        reports="التقارير دون تكرار النسخ",
        outlets="المصادر الإعلامية",
        first="أول يوم",
        last="آخر يوم",
        size="الحجم على القرص",
        encoder="المرمِّز",
        state="التغيير",
        empty="المكتبة فارغة. أضف مقالات واسأل عنها.",
        read_only="هذه الصفحة للقراءة فقط، فلا إضافة فيها ولا حذف.",
        add="إضافة مقالات",
        drop="أفلت الملفات أو المجلدات هنا",
        choose="اختر ملفات",
        kinds="نصوص وMarkdown وHTML وJSON وCSV وPDF وWord، وملفات zip منها، حتى {limit} في المرة",
        path="أو ملف أو مجلد على الخادم",
        path_hint="داخل المجلد الذي يتيحه الخادم، والنقطة تعني كله",
        path_send="أضف",
        sending="يجري إرسال الملفات ({files}): {share}",
        too_large="حجم هذه الملفات {size}، والحد {limit}. أرسل أقل في المرة.",
        too_many="عدد هذه الملفات {files}، والحد {limit}. ضعها في ملف zip.",
        not_sent="تعذر إرسال الملفات: {why}",
        nothing_chosen="لا يوجد هنا ملف يمكن قراءته.",
        reading="تجري القراءة: {done} من {total}",
        waiting="في انتظار أن تنتهي كتابة أخرى …",
        so_far="حتى الآن: {articles}",
        added="أُضيف",
        updated="حُدّث",
        unchanged="بلا تغيير",
        failed="لم يُقرأ",
        more="و{number} غير ذلك",
        title="كلمات من العنوان",
        since="من تاريخ",
        until="إلى تاريخ",
        outlet="المصادر الإعلامية",
        clear="عرض الكل",
        timeline="الخط الزمني",
        bars="المقالات عبر الزمن؛ كل عمود يصفّي القائمة، والأسهم تتنقل بين الأعمدة",
        most="عدد المقالات {per}، والأكثر: {articles}، {days}",
        per={"day": "في اليوم", "month": "في الشهر", "year": "في السنة", "years": "في كل عدة سنوات"},
        table="في جدول",
        days="الزمن",
        list_="المقالات",
        shown="{first}–{last} من {total}",
        none="لا مقال كهذا.",
        undated="بلا تاريخ",
        tick="تحديد «{title}»",
        tick_all="تحديد كل ما في هذه الصفحة",
        remove_ticked="حذف المحدد",
        remove_one="حذف من المكتبة",
        sure="أتريد الحذف من المكتبة: {articles}؟",
        sure_hint="تبقى الملفات التي قُرئت منها في مكانها.",
        yes="احذف",
        no="أبقِ",
        removed="حُذف: {articles}.",
        following="الصفحة التالية",
        previous="الصفحة السابقة",
        pages="الصفحات",
    ),
}
