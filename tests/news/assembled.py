"""Pages put together from ways in which papers set each part of a story."""

# ruff: noqa: E501, ARG005, SIM905 - markup as papers have it; every way takes the story, whether it needs it or not

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEADS: dict[str, Callable[[Any], str]] = {
    "title": lambda s: f"<title>{s.title}</title>",
    "title with site": lambda s: f"<title>{s.title} | নদীর খবর</title>",
    "site before title": lambda s: f"<title>নদীর খবর :: {s.title}</title>",
    "open graph": lambda s: (
        f'<title>{s.title} - নদীর খবর</title><meta property="og:title" content="{s.title}">'
        f'<meta property="og:image" content="{s.photo}"><meta property="og:site_name" content="নদীর খবর">'
    ),
    "json-ld": lambda s: (
        "<title>নদীর খবর</title><script type='application/ld+json'>"
        + json.dumps(
            [{"@type": ["NewsArticle"], "headline": s.title, "image": [s.photo], "articleSection": s.section}]
        )
        + "</script>"
    ),
}
TOPS: dict[str, Callable[[Any], str]] = {
    "nothing": lambda s: "",
    "logo": lambda s: '<header><a href="/"><img src="/logo.png" alt="logo"></a></header>',
    "logo as h1": lambda s: '<div><h1><a href="/">নদীর খবর</a></h1></div>',
    "menu": lambda s: (
        "<nav><ul>"
        + "".join(f'<li><a href="/{n}">{n}</a></li>' for n in "বিশ্ব খেলা ভিডিও মতামত".split())
        + "</ul></nav>"
    ),
    "bare menu": lambda s: (
        "<div>" + " ".join(f'<a href="/{n}">{n}</a>' for n in "বিশ্ব খেলা ভিডিও মতামত বাণিজ্য".split()) + "</div>"
    ),
    "today": lambda s: "<div>ঢাকা, মঙ্গলবার, ১০ মার্চ ২০২৬</div><div>logo</div>",
}
SECTIONS: dict[str, Callable[[Any], str]] = {
    "link": lambda s: f'<a href="/probash">{s.section}</a>',
    "div": lambda s: f"<div><span>{s.section}</span></div>",
    "crumbs": lambda s: (
        f'<nav aria-label="breadcrumb"><a href="/">হোম</a> / <a href="/probash">{s.section}</a></nav>'
    ),
    "list": lambda s: (
        f'<ul class="breadcrumb"><li><a href="/">প্রচ্ছদ</a></li><li><a href="/probash">{s.section}</a></li></ul>'
    ),
}
TITLES: dict[str, Callable[[Any], str]] = {
    "h1": lambda s: f"<h1>{s.title}</h1>",
    "h2": lambda s: f'<div class="head"><h2><span>{s.title}</span></h2></div>',
    "div": lambda s: f'<div class="headline">{s.title}</div>',
}
LINES: dict[str, Callable[[Any], str]] = {
    "twice": lambda s: (
        f"<div><p>{s.byline}</p></div><div><span>{s.byline}</span><span>{s.date}</span></div><div>Copied!</div>"
    ),
    "glued": lambda s: (
        f'<div><img src="/u.png" alt="{s.byline}"> {s.byline}{s.date} <button>Copied!</button></div>'
    ),
    "classes": lambda s: (
        f'<div class="meta"><span class="author-name">{s.byline}</span><span class="pub-date">প্রকাশ: {s.date}</span></div>'
    ),
    "lines": lambda s: f"<p>{s.byline}<br>প্রকাশিত: {s.date}, ১১:৩০ এএম</p><div>Copied!</div>",
    "bar": lambda s: (
        f"<div>{s.byline} | {s.date}</div><div class='share'><a href='#'>Facebook</a><span>Copied!</span></div>"
    ),
    "list": lambda s: f"<ul><li>{s.byline}</li><li><time>{s.date}</time></li></ul><span>Copied!</span>",
}
PHOTOS: dict[str, Callable[[Any], str]] = {
    "figure": lambda s: (
        f'<figure><img src="{s.photo}" alt="{s.title}"><figcaption>{s.caption_line}</figcaption></figure>'
    ),
    "split": lambda s: (
        f'<figure><div><img src="{s.photo}"></div><figcaption><span>{s.caption}</span> <em>ছবি: {s.credit}</em></figcaption></figure>'
    ),
    "divs": lambda s: f'<div><img src="{s.photo}" alt="{s.title}"><div>{s.caption_line}</div></div>',
    "two divs": lambda s: (
        f'<div><div><img src="{s.photo}"></div><div>{s.caption}</div><div>ছবি: {s.credit}</div></div>'
    ),
    "paragraph": lambda s: f'<p><img src="{s.photo}"><br><small>{s.caption_line}</small></p>',
    "apart": lambda s: f'<div><img src="{s.photo}"></div><div>{s.title}</div><p>{s.caption_line}</p>',
    "lazy": lambda s: (
        f'<div class="img"><img src="/img/placeholder.png" data-src="{s.photo}"><p class="caption">{s.caption} | ছবি : {s.credit}</p></div>'
    ),
}
BODIES: dict[str, Callable[[Any], str]] = {
    "paragraphs": lambda s: "<div>" + "".join(f"<p>{p}</p>" for p in s.paragraphs) + "</div>",
    "bare": lambda s: "".join(f"<p>{p}</p>" for p in s.paragraphs),
    "divs": lambda s: "<div>" + "".join(f"<div>{p}</div>" for p in s.paragraphs) + "</div>",
    "wrapped": lambda s: "".join(
        f'<div class="w"><div class="v"><p>{p}</p></div></div>' for p in s.paragraphs
    ),
    "breaks": lambda s: "<div>" + "<br/><br/>".join(s.paragraphs) + "</div>",
    "one break": lambda s: "<div><span>" + "<br>".join(s.paragraphs) + "</span></div>",
    "spans": lambda s: (
        "<div>" + "".join(f"<p><span><span>{p}</span></span></p>" for p in s.paragraphs) + "</div>"
    ),
    "article": lambda s: (
        '<section itemprop="articleBody">' + "".join(f"<p>{p}</p>\n" for p in s.paragraphs) + "</section>"
    ),
    "advertisement": lambda s: (
        "<div>" + "<div class='ad'>বিজ্ঞাপন</div>".join(f"<p>{p}</p>" for p in s.paragraphs) + "</div>"
    ),
}
LABELS: dict[str, Callable[[str], str]] = {
    "h2": lambda cards: f"<h2>আরও দেখুন</h2>{cards}",
    "div": lambda cards: f"<div><div>আরও দেখুন</div><div>{cards}</div></div>",
    "strong": lambda cards: f"<p><strong>আরও দেখুন:</strong></p>{cards}",
    "aside": lambda cards: f"<aside><h3>আরও দেখুন</h3>{cards}</aside>",
    "section": lambda cards: (
        f'<section class="related-news"><header><span>আরও দেখুন</span></header><div>{cards}</div></section>'
    ),
}
CARDS: dict[str, Callable[[Any], str]] = {
    "all linked": lambda o: f'<a href="{o.url}"><img src="/t.jpg" alt="{o.title}"><h4>{o.title}</h4><p>{o.blurb}</p><span>{o.age}</span></a>',
    "spans": lambda o: f'<div><a href="{o.url}"><img src="/t.jpg" alt="{o.title}"><span>{o.title}</span><span>{o.blurb}</span><span>{o.age}</span></a></div>',
    "title linked": lambda o: f'<div><a href="{o.url}"><img src="/t.jpg" alt="{o.title}"></a><h3><a href="{o.url}">{o.title}</a></h3><p>{o.blurb}</p><p>{o.age}</p></div>',
    "flat": lambda o: f'<h3><a href="{o.url}">{o.title}</a></h3><p>{o.blurb}</p><p>{o.age}</p>',
    "shown twice": lambda o: f'<div><a href="{o.url}">{o.title}</a><div><a href="{o.url}">{o.title}</a></div><div>{o.blurb}</div><div>{o.age}</div></div>',
    "picture linked": lambda o: f'<li><a href="{o.url}"><img src="/t.jpg" alt="{o.title}"></a><div>{o.title}</div><div>{o.blurb}</div><time>{o.age}</time></li>',
    "card footer": lambda o: f'<article><h3><a href="{o.url}">{o.title}</a></h3><p>{o.blurb}</p><footer>{o.age}</footer></article>',
    "age before blurb": lambda o: f'<div><h5><a href="{o.url}">{o.title}</a></h5><small>{o.age}</small><p>{o.blurb}</p></div>',
}  # fmt: skip
BOTTOMS: dict[str, Callable[[Any], str]] = {
    "nothing": lambda s: "",
    "footer": lambda s: (
        "<footer><p>সম্পাদক ও প্রকাশক: কেউ একজন। এই সাইটের কোনো লেখা অনুমতি ছাড়া ব্যবহার করা যাবে না।</p></footer>"
    ),
    "bare footer": lambda s: "<div><p>© নদীর খবর ২০২৬</p><p>ঠিকানা: ১২ নদীর পাড়, ঢাকা</p></div>",
    "latest": lambda s: (
        "<div><h3>সর্বশেষ</h3>"
        + "".join(
            f'<p><a href="/l/{n}">আরেক দিনের আরেক খবরের শিরোনাম {n}</a></p><p>{n} ঘণ্টা আগে</p>' for n in "২৩৪"
        )
        + "</div>"
    ),
}
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "head": HEADS,
    "top": TOPS,
    "section": SECTIONS,
    "title": TITLES,
    "line": LINES,
    "photo": PHOTOS,
    "body": BODIES,
    "label": LABELS,
    "card": CARDS,
    "bottom": BOTTOMS,
    "wrap": {"none": "{}", "div": "<div id='root'><div class='c1'>{}</div></div>", "main": "<main><article>{}</article></main>"},
}  # fmt: skip


def page(story: Any, choice: Mapping[str, str]) -> str:
    """A page of `story` with the chosen way for each part."""
    parts = [OPTIONS[name][choice[name]](story) for name in ("section", "title", "line", "photo", "body")]
    cards = "".join(CARDS[choice["card"]](offer) for offer in story.offers)
    article = OPTIONS["wrap"][choice["wrap"]].format("".join(parts))
    return (
        f"<!doctype html><html lang='bn'><head><meta charset='utf-8'>{HEADS[choice['head']](story)}</head><body>"
        f"{TOPS[choice['top']](story)}{article}{LABELS[choice['label']](cards)}{BOTTOMS[choice['bottom']](story)}</body></html>"
    )
