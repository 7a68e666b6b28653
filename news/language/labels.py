"""The words that pages put around a story: what they mark, so that they are not taken for it."""

from __future__ import annotations

import re
from typing import Final

from news.language.text import nfc_pattern


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern over NFC text."""
    return nfc_pattern(text, re.IGNORECASE)


def _whole(*ways: str) -> re.Pattern[str]:
    """A pattern for a text that is one of `ways` and nothing else but marks."""
    return _pattern(rf"[\s\W]*(?:{'|'.join(ways)})[\s\W]*")


_MORE: Final = "আর[ওো]"
_NEWS: Final = "(?:খবর|সংবাদ|নিউজ|নিবন্ধ|পোস্ট|বিষয়)"

RELATED: Final = _whole(
    rf"{_MORE}\s*(?:দেখুন|পড়ুনঃ?|জানুন|শুনুন|খবর|সংবাদ|নিউজ)",
    rf"(?:এই|এ)\s*(?:বিভাগ|সম্পর্কিত|বিষয়|সংক্রান্ত)\S*\s*(?:{_MORE}|অন্যান্য|সব)?\s*(?:{_NEWS}|পড়ুন)?",
    rf"(?:সম্পর্কিত|সংশ্লিষ্ট|প্রাসঙ্গিক)\s*(?:{_MORE}\s*)?{_NEWS}?",
    rf"\S+ থেকে {_MORE}",
    rf"{_MORE} (?:যা|যেসব) পড়(?:তে পারেন|বেন)",
    r"আপনার (?:পছন্দের|জন্য)\S*(?: খবর)?",
    r"পড়ে দেখুন",
    r"(?:related|recommended|similar) (?:news|stories|articles|posts|content|links|topics|reading)",
    r"further reading",
    r"read (?:more|next|also)|more (?:news|stories|from .{2,40}|on this (?:story|topic))|(?:see|read) also",
    r"up next",
    r"you (?:may|might) (?:also )?(?:like|be interested in)|editor'?s'? picks|also on .{2,40}",
    r"mehr (?:zum thema|dazu|zu diesem thema|artikel)|(?:lesen|sehen) sie (?:auch|dazu|mehr)",
    r"lies (?:auch|dazu).{0,20}",
    r"auch interessant|weitere (?:artikel|meldungen|themen|nachrichten|beiträge)",
    r"ähnliche (?:artikel|beiträge|themen)",
    r"(?:das könnte|was) (?:sie|dich|euch)? ?(?:auch )?interessier(?:en|t)",
    r"verwandte (?:artikel|beiträge|themen)",
    r"(?:à )?lire (?:aussi|également|encore)|(?:sur|dans) le même (?:sujet|thème)",
    r"vous aimerez (?:aussi|peut-être.*)",
    r"articles? (?:similaires?|liés?|connexes?|recommandés?)|voir aussi|à ne pas manquer",
    r"(?:te|le) puede interesar|(?:noticias|artículos|notas|temas) relacionad[oa]s",
    r"más (?:noticias|información)",
    r"(?:lea|lee|ver|mira) también|leggi anche|articoli correlati|potrebbe(?:ro)? interessarti.{0,10}",
    r"(?:leia|veja) (?:também|mais)|(?:notícias|artigos|matérias) relacionad[oa]s|saiba mais",
    r"lees ook|gerelateerde?(?: \w+)?|meer (?:nieuws|over .{2,30})|läs (?:också|även|mer)|l[æe]s også",
    r"lue myös",
    r"(?:czytaj|zobacz|przeczytaj) (?:także|też|również|więcej)|powiązane (?:artykuły|tematy)",
    r"čtěte (?:také|více)",
    r"související (?:články|témata)|kapcsolódó (?:cikkek|anyagok)|ilgili haberler|baca juga|berita terkait",
    r"(?:читайте|смотрите) также|(?:по теме|похожие \w+|материалы по теме)|читайте (?:також|ще)",
    r"यह भी पढ़ें|ये भी पढ़ें|संबंधित (?:खबरें|समाचार)|اقرأ (?:أيضا|أيضًا|المزيد)|(?:مواضيع|أخبار) ذات صلة",
    r"διαβάστε \w+",
    r"相关(?:新闻|阅读|报道|文章)|延伸阅读|相關(?:新聞|閱讀)|関連(?:記事|ニュース)|관련\s?(?:기사|뉴스)",
)
RELATED_PREFIX: Final = _pattern(
    rf"[\s\W]*(?:{_MORE}\s*(?:দেখুন|পড়ুন|জানুন|খবর)|read (?:more|also|next)|(?:see|read) also|related|more"
    r"|lesen sie (?:auch|dazu|mehr)|lies auch|mehr zum thema|(?:à )?lire (?:aussi|également)"
    r"|voir aussi|leer? también"
    r"|lea también|te puede interesar|leggi anche|leia (?:também|mais)|lees ook"
    r"|läs (?:också|även|mer)|l[æe]s også"
    r"|(?:czytaj|zobacz|przeczytaj) (?:także|też|również)|baca juga|читайте также|यह भी पढ़ें)"
    r"\s*[:：ঃ|>»–—-]+\s*(?=\S)"
)
ENDING: Final = _whole(
    r"সর্বশেষ(?:\s*(?:খবর|সংবাদ|সব খবর))?",
    r"সর্বাধিক\s*(?:পঠিত|আলোচিত)|বহুল পঠিত|পাঠকপ্রিয়",
    r"জনপ্রিয়(?:\s*(?:খবর|সংবাদ))?",
    r"(?:পাঠকের\s*)?মন্তব্য(?:\s*(?:করুন|লিখুন|সমূহ|\(?[\d০-৯]+\)?))?",
    r"আপনার মতামত(?:\s*(?:লিখুন|দিন|জানান))?|মতামত দিন",
    r"ট্যাগ(?:স|সমূহ)?(?:\s*[:ঃ].*)?|বিষয়(?:বস্তু|সমূহ)?\s*[:ঃ].*",
    r"(?:tags?|tagged(?: (?:as|in|with))?|filed under|posted in|categor(?:y|ies)|topics)(?:\s*[:：].*)?",
    r"(?:[\d.,]+ )?(?:comments?|responses|replies|thoughts)(?:\s*\(\d+\)| (?:on|to) .*|\s*:)?",
    r"(?:\d+|one|a) (?:response|reply|thought)(?: (?:on|to) .*)?",
    r"(?:leave|post|write|add|submit) (?:a|your) (?:reply|comment)|join the (?:conversation|discussion)",
    r"most (?:read|popular|viewed|shared)",
    r"(?:popular|trending|latest|recent)(?: (?:news|posts|stories|articles|now))?",
    r"about the (?:author|writer)s?|(?:previous|next) (?:post|article|story)|share this(?: .{0,20})?",
    r"like this",
    r"sign up (?:for|to) .{3,60}|(?:our|the) newsletters?|post navigation|trackbacks?(?:/pingbacks?)?",
    r"(?:[\d.,]+ )?kommentare?n?(?:\s*\(\d+\)| zu .*|\s*:)?|(?:alle )?kommentare (?:lesen|anzeigen|öffnen)",
    r"(?:schreib(?:e|en sie)?|hinterlass(?:e|en sie)|verfass(?:e|en sie)) (?:einen|eine|ihren|deinen) \w+",
    r"kommentar (?:schreiben|verfassen|hinterlassen|abgeben)|diskutieren sie mit.*|meistgelesen(?:e \w+)?",
    r"(?:schlagw[oö]rter?|stichw[oö]rter?|themen|kategorien?|veröffentlicht (?:in|unter))\s*:.*",
    r"über den autor|über die autorin|beitrags-?navigation|teilen(?: mit| sie .*)?\s*:?|gefällt mir.*",
    r"(?:[\d.,]+ )?commentaires?(?:\s*\(\d+\)|\s*:)?",
    r"(?:laisse[rz]?|ajouter|poster) (?:un|votre) commentaire|réagir",
    r"(?:mots?[- ]clés?|étiquettes?|thèmes?)\s*:.*|les plus (?:lus|vus)|partager(?: .{0,30})?\s*:?",
    r"(?:[\d.,]+ )?comentarios?(?:\s*\(\d+\)|\s*:)?|(?:deja|dejar|escribe|añade) (?:un|una|tu) \w+",
    r"etiquetas?\s*:.*",
    r"lo más (?:leído|visto)|(?:compartir|archivado en)(?: .{0,30})?\s*:?",
    r"(?:[\d.,]+ )?commenti?(?:\s*\(\d+\))?",
    r"lascia un commento|i più letti|condividi(?: .{0,30})?\s*:?|(?:[\d.,]+ )?comentários?(?:\s*\(\d+\))?",
    r"dei(?:xe|xar) (?:um|seu|o seu) comentário|mais lidas|(?:[\d.,]+ )?reacties?(?:\s*\(\d+\))?",
    r"geef een reactie.*",
    r"(?:[\d.,]+ )?komentarz[ey](?:\s*\(\d+\))?|dodaj komentarz|tagi\s*:.*",
    r"(?:[\d.,]+ )?kommentarer(?:\s*\(\d+\))?",
    r"najczęściej czytane|meest gelezen|(?:самое )?(?:популярное|читаемое)|الأكثر قراءة",
    r"terpopuler|热门(?:新闻)?",
    r"комментарии(?:\s*\(\d+\))?|теги\s*:.*|yorumlar(?:\s*\(\d+\))?|etiketler\s*:.*|komentar(?:\s*\(\d+\))?",
    r"التعليقات",
)
CHATTER: Final = _whole(
    r"copied!?|copy(?: link| url)?|লিংক কপি.*|কপি (?:লিংক|করুন|হয়েছে)\S*",
    r"শেয়ার(?:\s*করুন)?(?:\s*[:ঃ].*)?|share(?: this| on.*| now)?|(?:খবর|সংবাদ|লেখা)টি শেয়ার.{0,30}",
    r"facebook|twitter|x|whatsapp|messenger|telegram|linkedin|instagram|youtube|pinterest|email|e-mail|print",
    r"ফেসবুক|টুইটার|হোয়াটসঅ্যাপ|মেসেঞ্জার|প্রিন্ট(?: করুন)?|শুনুন|listen|save|সেভ(?: করুন)?",
    r"অ\s*[-+]\s*অ\s*[-+]?|a\s*[-+]\s*a\s*[-+]?|ফন্ট সাইজ.*|font size.*",
    r"বিজ্ঞাপন|advertisement|sponsored|logo|লোগো|loading\W*",
    r"follow(?: us)?(?: on .*)?|অনুসরণ করুন.*|.{0,40}গুগল নিউজ.{0,40}|google news.{0,30}",
    r".{0,60}(?:চ্যানেল|পেজ)\S* (?:ফলো|অনুসরণ|সাবস্ক্রাইব)\S* (?:করুন|রাখুন).{0,40}",
    r"(?:পড়তে|পড়ার).{0,20}মিনিট\S*|[\d০-৯]+ মিনিট(?:ে|ের)? পড়\S*|\d+ min read",
    r"[\d০-৯,.:]+\s*(?:বার পঠিত|পঠিত|ভিউ|views?|shares?)?",
    r"the post .{0,300} appeared first on .{0,120}",
    r"werbung|anzeige|publicité|publicidad|pubblicità|publicidade|advertentie|reklam[ay]?|iklan|реклама",
    r"(?:continue|keep) reading.{0,60}|skip to .{0,40}|story continues.{0,40}|article continues.{0,40}",
    r"view comments?|kommentieren|weiterlesen(?: \d+ minuten)?|teilen|mehr anzeigen|lire la suite|leer más",
    r"(?:a post shared by|ein beitrag geteilt von|une publication partagée par|un post condiviso da"
    r"|una publicación compartida (?:por|de)|uma publicação (?:com)?partilhada por) .{2,160}",
    r".{1,60} \(@\w{1,20}\) (?=.{0,30}[\d০-৯]{4}).{4,34}",
    r"(?:click|tap) (?:here )?to (?:share|print|email|enlarge|play|expand|tweet|view).{0,60}",
    r"enlarge(?: this)? image",
    r"sign (?:up|in)|log ?in|subscribe(?: now| today)?|register|menu|search|close|back to top",
    r"(?:show|hide|load) more",
    r"(?:auf )?(?:facebook|twitter|whatsapp|linkedin|e-?mail|pinterest)(?: teilen| share)?|drucken",
    r"artikel drucken|merken",
    r"zur startseite|nach oben|bild vergrößern|zum vergrößern .{0,40}|imprimer|envoyer(?: par .*)?|imprimir",
    r"enviar",
    r"(?:this|dieser|diese|cet|este) (?:video|content|inhalt|vidéo) .{0,60}"
    r"(?:not available|nicht verfügbar|javascript).{0,40}",
    r"please enable (?:javascript|cookies).{0,80}|(?:we|this site) uses? cookies.{0,200}",
    r"wir verwenden cookies.{0,200}",
)
INITIALS: Final = re.compile(
    r"\W*(?:[\u0980-\u09ff]{1,14}\.?\s?/\s?){1,3}[\u0980-\u09ff]{1,8}\.?\W*|[A-Z]{2,4}(?:/[A-Z]{2,4})+"
)
"""A desk's initials below a story: এমএএস/জেএএম."""
HOME: Final = _whole("হোম", "প্রচ্ছদ", "মূলপাতা", "প্রথম পাতা", "home")
BYLINE: Final = _pattern(
    r"(?<![ঀ-৿])(?:ডেস্ক|প্রতিবেদক|প্রতিনিধি|সংবাদদাতা|ব্যুরো|রিপোর্ট(?:ার)?|করেসপন্ডেন্ট|করেসপনডেন্ট|নিজস্ব"
    r"|বিশেষ লেখা)(?![ঀ-৿])|\b(?:desk|correspondent|reporter|staff writer)\b"
)
BYLINE_LABEL: Final = _pattern(
    r"^\W*(?:লেখক|লিখেছেন|প্রতিবেদক|প্রতিবেদন|রিপোর্টার|by|author|(?:written|posted) by|von|autor(?:in)?|par"
    r"|door)"
    r"(?:\s*[:：ঃ|-]\s*|\s+)(?=\S)"
)
DATE_LABEL: Final = _pattern(
    r"\W*(?:প্রকাশ(?:িত|কাল|ের সময়|ের তারিখ)?|আপডেট(?:ের সময়|েড)?|সর্বশেষ আপডেট|তারিখ|সময়"
    r"|published|posted|updated|last updated?|dat(?:e|um)(?=\s*[:：]|\s+\d)"
    r"|(?:veröffentlicht|publié|publicado|pubblicato)(?= ?(?:am|le|il|el|em|:)))"
    r"(?: (?:on|at|হয়েছে))?\s*[:：ঃ|-]*\s*"
)
DATE_SENTENCE: Final = _pattern(
    r"\W*(?:this (?:entry|post|article|story) was|dieser (?:beitrag|artikel|eintrag) wurde)\b"
)
"""Blogs say below a post in a sentence when it was published and where it is filed."""
SENTENCE_END: Final = re.compile(r"[।॥!?.…。！？؟۔][\"'”’»“)\]」』]*$")
_CREDITS: Final = (
    _pattern(
        r"[(\[|]?\s*(?:(?:ফাইল )?ছবি|ফটো|আলোকচিত্র(?:ী)?|ভিডিও থেকে|photos?|photograph(?:y|er)?|image|picture"
        r"|foto|bild|crédits? photo|fotografía|credit|фото|फोटो|फ़ोटो|تصوير)"
        r"\s*(?:সূত্র|সৌজন্য(?:ে)?|credits?|courtesy(?: of)?|by)?"
        r"\s*(?:[:：ঃ|]|[-–—]\s)\s*(?P<credit>[^।:|]{2,70}?)\s*[)\]।.|]*$"
    ),
    _pattern(r"[(\[|]?\s*(?P<credit>সংগৃহীত|ফাইল|এএফপি|রয়টার্স|এপি|প্রতীকী|ইন্টারনেট)\s+ছবি\s*[)\]।.|]*$"),
    _pattern(r"[(\[|]?\s*ছবি\s*/\s*(?P<credit>[^।:|/]{2,50}?)\s*[)\]।.|]*$"),
    _pattern(r"\s*(?:©|\(c\))\s*(?P<credit>[^।:|©]{2,60}?)\s*[)\]।.|]*$"),
    _pattern(r"[(\[|]\s*(?P<credit>সংগৃহীত|ফাইল ছবি|প্রতীকী ছবি|সংগৃহীত ছবি)\s*[)\]।.|]*$"),
    _pattern(r"(?:^|[।.!?]\s+)(?P<credit>সংগৃহীত|ফাইল ছবি|প্রতীকী ছবি|সংগৃহীত ছবি)\s*[।.]?$"),
    _pattern(r"[(\[|]?\s*ছবি\s+(?P<credit>সংগৃহীত|এএফপি|রয়টার্স|এপি|বাসস|ইউএনবি|সিনহুয়া)\s*[)\]।.|]*$"),
)
_CREDIT_WORD: Final = _pattern(
    r"ছবি|ফটো|আলোকচিত্র|ভিডিও|সংগৃহীত|photo|image|picture|foto|bild|credit|crédit|фото|फोटो|फ़ोटो|تصوير|©|\(c\)|fotografía"
)
"""One of these is in every credit; looking for them first spares the slower patterns."""
_LONGEST_CAPTION: Final = 400
_LONGEST_NOISE: Final = 250
_LONGEST_LABEL: Final = 120
_SYNDICATED: Final = "appeared first on"


def caption_and_credit(text: str) -> tuple[str, str]:
    """A picture's caption without its credit, and the credit without ছবি:."""
    for pattern in _CREDITS if _CREDIT_WORD.search(text) else ():
        if match := pattern.search(text):
            return text[: match.start()].rstrip(" (|[-–—,"), match["credit"].strip()
    return text, ""


def is_caption(text: str) -> bool:
    """Whether `text` ends in a picture's credit."""
    return len(text) <= _LONGEST_CAPTION and bool(caption_and_credit(text)[1])


def is_noise(text: str) -> bool:
    """Whether `text` belongs to the page and not to the story: share buttons, advertisements, counters."""
    if len(text) > _LONGEST_NOISE and _SYNDICATED not in text:
        return False
    return CHATTER.fullmatch(text) is not None or INITIALS.fullmatch(text) is not None


def is_dateline(text: str) -> bool:
    """Whether `text` is a line with a number, such as a name and a date, rather than a sentence."""
    return (
        len(text) < _LONGEST_LABEL
        and SENTENCE_END.search(text) is None
        and any(character.isdigit() for character in text)
    )


def is_related(text: str) -> bool:
    """Whether `text` is the heading of a list of other stories."""
    return len(text) <= _LONGEST_LABEL and RELATED.fullmatch(text) is not None


def is_ending(text: str) -> bool:
    """Whether `text` is the heading of what follows a story: comments, tags, most-read lists."""
    return len(text) <= _LONGEST_LABEL * 2 and ENDING.fullmatch(text) is not None
