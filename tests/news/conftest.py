"""One invented story, and the many markups a paper could put it in."""

# ruff: noqa: E501 - markup and sentences are written as papers have them

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from news.web.fetch import Fetcher, open_session
from tests.news.site import ALLOWED, Site

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[3] / "shared"
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


@dataclass
class Offer:
    """One card of আরও দেখুন."""

    title: str
    url: str
    blurb: str
    age: str


@dataclass
class Story:
    """What a page shows."""

    section: str
    title: str
    byline: str
    date: str
    caption: str
    credit: str
    paragraphs: list[str]
    offers: list[Offer]
    photo: str = "/media/2026/03/boi-mela.jpg"
    url: str = "https://nodir-khobor.example/probash/boi-mela-lisbon"
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def caption_line(self) -> str:
        return f"{self.caption} ছবি: {self.credit}"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def site():
    async with Site() as site:
        yield site


@pytest.fixture
async def fetcher():
    async with open_session(ALLOWED) as session:
        yield Fetcher(session)


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the stored pages and feeds are not next to this checkout")
    return SHARED


@pytest.fixture
def story() -> Story:
    """An invented story: no such fair, paper or people."""
    return Story(
        section="প্রবাসের খবর",
        title="লিসবনে প্রথম বাংলা বইমেলায় উপচে পড়া ভিড়",
        byline="নদীর খবর ডেস্ক",
        date="৭ মার্চ ২০২৬",
        caption="লিসবনের মার্তিম মনিজ চত্বরে বইমেলার স্টলে পাঠকেরা। ৬ মার্চ ২০২৬।",
        credit="আলোর ফেরি",
        paragraphs=[
            "পর্তুগালের রাজধানী লিসবনে প্রথমবারের মতো তিন দিনের বাংলা বইমেলা শুরু হয়েছে, যেখানে প্রথম দিনেই এসেছেন প্রায় দুই হাজার প্রবাসী।",
            "আয়োজকেরা এ কথা জানিয়েছেন।",
            "মেলায় ২৬টি স্টলে ঢাকা ও কলকাতার প্রকাশকদের বই পাওয়া যাচ্ছে। শিশুদের জন্য আছে আলাদা কোণ—যেখানে প্রতিদিন বিকেলে গল্প বলার আসর বসছে।",
            "আয়োজক কমিটির আহ্বায়ক শফিউল বারী আজ শনিবার (৭ মার্চ) বলেন, ‘এত মানুষ আসবেন, আমরা ভাবিনি।’ তিনি জানান, আগামী বছর মেলা হবে পাঁচ দিনের। সে জন্য বড় জায়গা খোঁজা হচ্ছে।",
            "মেলা চলবে আগামীকাল রোববার রাত ৯টা পর্যন্ত।",
        ],
        offers=[
            Offer(
                "আথেন্সে বাংলা স্কুলের নতুন ভবন উদ্বোধন",
                "/probash/bangla-school-athens",
                "নতুন ভবনে একসঙ্গে দেড় শ শিশু পড়তে পারবে। অভিভাবকেরা বলছেন, বহু বছরের অপেক্ষা শেষ হলো।",
                "৩ দিন আগে",
            ),
            Offer(
                "মাস্কাটে শ্রমিকদের জন্য বিনা মূল্যে চিকিৎসা শিবির",
                "/probash/muscat-camp",
                "দুই দিনের শিবিরে পাঁচ শতাধিক শ্রমিক চিকিৎসা নেন। তাঁদের বিনা মূল্যে ওষুধও দেওয়া হয়।",
                "৬ দিন আগে",
            ),
            Offer(
                "টরন্টোর পথে পথে আলপনা আঁকলেন তরুণেরা",
                "/probash/toronto-alpona",
                "রাতভর চলে আঁকার কাজ। সকালে পথচারীরা থেমে থেমে ছবি তোলেন।",
                "১০ দিন আগে",
            ),
        ],
    )


def _semantic(s: Story) -> str:
    """HTML5 as the textbooks have it, with JSON-LD."""
    said = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "নদীর খবর"},
            {"@type": "NewsArticle", "headline": s.title, "author": {"@type": "Person", "name": s.byline}},
        ],
    }
    cards = "".join(
        f'<article><a href="{o.url}"><img src="/t.jpg" alt="{o.title}"></a><h3><a href="{o.url}">{o.title}</a></h3>'
        f"<p>{o.blurb}</p><time>{o.age}</time></article>"
        for o in s.offers
    )
    return f"""<!doctype html><html lang="bn"><head><title>{s.title} | নদীর খবর</title>
<meta property="og:title" content="{escape(s.title)}"><meta property="og:image" content="{s.photo}">
<script type="application/ld+json">{json.dumps(said)}</script></head><body>
<header><a href="/"><img src="/logo.svg" alt="logo"></a><nav><a href="/world">বিশ্ব</a><a href="/sport">খেলা</a></nav></header>
<main><article><a href="/probash">{s.section}</a><h1>{s.title}</h1>
<div><img src="/a/avatar.png" alt="{s.byline}"><span>{s.byline}</span><time>{s.date}</time></div><button>Copied!</button>
<figure><img src="{s.photo}" alt="{s.title}"><figcaption>{s.caption_line}</figcaption></figure>
{"".join(f"<p>{p}</p>" for p in s.paragraphs)}</article>
<section><h2>আরও দেখুন</h2>{cards}</section></main><footer><p>সম্পাদক: কেউ একজন। সর্বস্বত্ব সংরক্ষিত নদীর খবর কর্তৃপক্ষের।</p></footer></body></html>"""


def _plain_divs(s: Story) -> str:
    """Divs with telling class names."""
    cards = "".join(
        f'<div class="more-item"><div class="thumb"><a href="{o.url}"><img data-src="/t.jpg" alt="{o.title}"></a></div>'
        f'<div class="txt"><a href="{o.url}"><div class="ttl">{o.title}</div></a><div class="sum">{o.blurb}</div>'
        f'<div class="ago">{o.age}</div></div></div>'
        for o in s.offers
    )
    return f"""<html><head><title>{s.title}</title></head><body><div class="top"><img src="/logo.png" alt="logo">
<ul class="menu"><li><a href="/a">বাংলাদেশ</a></li><li><a href="/b">বিশ্ব</a></li><li><a href="/c">খেলা</a></li></ul></div>
<div class="detail"><div class="cat"><a href="/probash">{s.section}</a></div><div class="title">{s.title}</div>
<div class="meta"><img class="avatar" src="/x.jpg" alt="{s.byline}"><div class="author">{s.byline}</div><div class="time">{s.date}</div>
<div class="tip">Copied!</div></div><div class="lead-img"><img src="{s.photo}" alt="{s.title}"><div class="caption">{s.caption_line}</div></div>
<div class="news-text">{"".join(f"<p>{p}</p>" for p in s.paragraphs)}</div></div>
<div class="more"><div class="more-head">আরও দেখুন</div>{cards}</div><div class="bottom">© নদীর খবর ২০২৬</div></body></html>"""


def _hashed(s: Story) -> str:
    """Nested divs with hashed names, no JSON-LD, byline and date glued together."""
    cards = "".join(
        f'<div class="x9"><a class="q1" href="{o.url}"><div class="z"><img src="/_next/image?url=%2Ft.jpg&w=64" alt="{o.title}"/></div>'
        f'<div class="k2"><div class="k3">{o.title}</div><div class="k4">{o.blurb}</div><div class="k5">{o.age}</div></div></a></div>'
        for o in s.offers
    )
    body = "".join(
        f'<div class="css-p0"><div class="css-p1"><span>{p}</span></div></div>' for p in s.paragraphs
    )
    return f"""<html><head><title>{s.title} - নদীর খবর</title></head><body><div id="__next"><div class="a1"><div class="b2">
<a href="/"><img src="/logo.png" alt="logo"/></a></div><div class="c3"><div class="d4"><a href="/probash"><span>{s.section}</span></a></div>
<div class="e5"><h1 class="f6">{s.title}</h1></div><div class="g7"><div class="h8"><img src="/p.jpg" width="40" alt="{s.byline}"/></div>
<div class="i9"><span>{s.byline}</span><span>{s.date}</span></div><div class="j0"><div>Copied!</div></div></div>
<div class="m1"><div class="m2"><img src="/_next/image?url={s.photo.replace("/", "%2F")}&amp;w=1080&amp;q=75" alt="{s.title}"/></div>
<div class="m3">{s.caption} <span>ছবি: {s.credit}</span></div></div><div class="n1">{body}</div></div>
<div class="o1"><div class="o2">আরও দেখুন</div><div class="o3">{cards}</div></div></div></div></body></html>"""


def _flat(s: Story) -> str:
    """Hardly any structure: one row of siblings."""
    cards = "".join(
        f'<img src="/t.jpg" alt="{o.title}"><h3><a href="{o.url}">{o.title}</a></h3><p>{o.blurb}</p><p>{o.age}</p>'
        for o in s.offers
    )
    return f"""<html><head><title>{s.title}</title></head><body><img src="logo.png" alt="logo"><p><a href="/probash">{s.section}</a></p>
<h1>{s.title}</h1><p>{s.byline}</p><p>{s.byline}{s.date}</p><p>Copied!</p><p>{s.title}</p><img src="{s.photo}"><p>{s.caption_line}</p>
{"".join(f"<p>{p}</p>" for p in s.paragraphs)}<h2>আরও দেখুন</h2>{cards}</body></html>"""


def _line_breaks(s: Story) -> str:
    """The text in one div, cut by line breaks; cards in a list; the title is no heading anywhere."""
    cards = "".join(
        f'<li><a href="{o.url}"><img src="/t.jpg"></a><b><a href="{o.url}">{o.title}</a></b><br>{o.blurb}<br><small>{o.age}</small></li>'
        for o in s.offers
    )
    return f"""<html><head><title>{s.title} :: নদীর খবর</title></head><body><table><tr><td><a href="/">হোম</a> &gt; <a href="/probash">{s.section}</a></td></tr>
<tr><td><font size="5">{s.title}</font></td></tr><tr><td><i>{s.byline}</i> | প্রকাশ: {s.date}, ১০:৩০</td></tr>
<tr><td><img src="{s.photo}"><br><small>{s.caption_line}</small></td></tr><tr><td><div>{"<br><br>".join(s.paragraphs)}</div></td></tr></table>
<b>আরও দেখুন:</b><ul>{cards}</ul></body></html>"""


def _copied(s: Story) -> str:
    """Everything as text, the way a browser copies it: pictures' words shown, nothing linked."""
    cards = "".join(
        f"<div><div>{o.title}</div><div>{o.title}</div><div>{o.blurb}</div><div>{o.age}</div></div>"
        for o in s.offers
    )
    return f"""<html><head><title>{s.title}</title></head><body><div>logo</div><div>{s.section}</div><div>{s.title}</div>
<div>{s.byline}</div><div>{s.byline}<span>{s.date}</span></div><div>Copied!</div><div>{s.title}</div><div>{s.caption_line}</div>
<div>{"".join(f"<div>{p}</div>" for p in s.paragraphs)}</div><div>আরও দেখুন</div>{cards}</body></html>"""


def _busy(s: Story) -> str:
    """A portal: sidebars, share bars, an offer and an advertisement between the paragraphs, comments below."""
    cards = "".join(
        f'<div class="col-4"><a href="{o.url}" class="card"><img src="/t.jpg"><h4>{o.title}</h4></a><p>{o.blurb}</p><span class="ago">{o.age}</span></div>'
        for o in s.offers
    )
    first, *rest = s.paragraphs
    side = "".join(f'<li><a href="/s/{n}">পাশের খবর যার শিরোনাম বেশ লম্বা {n}</a></li>' for n in range(6))
    return f"""<html><head><title>{s.title} | প্রবাস | নদীর খবর</title><meta property="og:title" content="{s.title}">
<meta property="og:image" content="https://nodir-khobor.example/og/logo.png"></head><body class="single-post has-sidebar">
<div class="topbar">ঢাকা, মঙ্গলবার, ১০ মার্চ ২০২৬</div><div class="navbar"><ul><li><a href="/">হোম</a></li><li><a href="/p">প্রবাস</a></li><li><a href="/k">খেলা</a></li></ul></div>
<div class="ticker"><a href="/b/1">ব্রেকিং: একটি বড় খবর এখানে চলছে</a></div><div class="container"><div class="row"><div class="col-8">
<ol class="breadcrumb"><li><a href="/">প্রচ্ছদ</a></li><li><a href="/probash">{s.section}</a></li></ol><h1>{s.title}</h1>
<div class="author-info"><span class="author"><a href="/author/9">{s.byline}</a></span><span class="date">প্রকাশ: {s.date}, ০৮:১৫ পিএম</span></div>
<div class="share-bar"><a href="#">Facebook</a><a href="#">শেয়ার</a></div><div class="featured"><img src="data:image/gif;base64,AA" data-src="{s.photo}">
<p class="img-caption">{s.caption} | ছবি : {s.credit}</p></div><div class="article-body"><p>{first}</p><div class="ad-slot">বিজ্ঞাপন</div>
<p><strong>আরও পড়ুন: <a href="/probash/inline">মাঝখানে গুঁজে দেওয়া অন্য এক খবর</a></strong></p>{"".join(f"<p>{p}</p>" for p in rest)}
<p>নক/আলো</p></div><div class="tags">ট্যাগ: <a href="/t/1">বইমেলা</a></div><div class="more"><h3>আরও দেখুন</h3><div class="row">{cards}</div></div>
<div class="comments"><h3>মন্তব্য করুন</h3><p>আপনার মন্তব্যটি এখানে লিখুন, আমরা তা যাচাই করে প্রকাশ করব।</p></div></div>
<div class="col-4 sidebar"><h3>সর্বশেষ</h3><ul>{side}</ul><p>এটি পাশের কলামের একটি দীর্ঘ বর্ণনা, যা মূল খবরের অংশ নয় বলে বাদ যাবে।</p></div></div></div>
<div class="footer">ঠিকানা: ১২ নদীর পাড়, ঢাকা। ফোন: ০১২৩৪৫।</div></body></html>"""


MARKUPS: dict[str, Callable[[Story], str]] = {
    "semantic": _semantic,
    "plain divs": _plain_divs,
    "hashed names": _hashed,
    "flat": _flat,
    "line breaks": _line_breaks,
    "copied text": _copied,
    "busy portal": _busy,
}


@pytest.fixture(params=list(MARKUPS))
def markup(request: pytest.FixtureRequest) -> Callable[[Story], str]:
    return MARKUPS[request.param]


@pytest.fixture
def seed(shared: Path) -> Story:
    """The story whose "copy all" text lies in ../shared/seed, cut into its parts."""
    lines = [line.strip() for line in (shared / "seed/bdgen-article.txt").read_text("utf-8").split("\n")]
    lines = [line for line in lines if line]
    end = lines.index("আরও দেখুন")
    caption, _, credit = lines[7].rpartition(" ছবি: ")
    cards = lines[end + 1 :]
    offers = [
        Offer(cards[i], f"/probash/story-{i}", cards[i + 2], cards[i + 3]) for i in range(0, len(cards), 4)
    ]
    return Story(lines[1], lines[2], lines[3], "২৩ জুন ২০২৫", caption, credit, lines[8:end], offers)
