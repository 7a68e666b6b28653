// What the telephones say, in the language of whoever holds them; digits, times and days.

const BN = "০১২৩৪৫৬৭৮৯";
const MONTHS = ["জানুয়ারি", "ফেব্রুয়ারি", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"];

const WORDS = {
  bn: {
    reader: "পাঠক", editor: "সম্পাদক", bot: "বট", group: "গ্রুপ", channel: "চ্যানেল", typing: "লিখছে",
    write: "বার্তা লিখুন", send: "পাঠান", menu: "মেনু", attach: "ছবি যোগ করুন", start: "শুরু করুন",
    what: "এই বট কী করতে পারে?", about: "প্রবাসের বাংলা খবর, সরাসরি আপনার টেলিগ্রামে।",
    newer: "টি নতুন বার্তা", bottom: "নিচে যান", edited: "সম্পাদিত", copied: "কপি হয়েছে", reply: "উত্তর দিন",
    copy: "লেখা কপি করুন", cancel: "বাতিল", ok: "ঠিক আছে", today: "আজ", yesterday: "গতকাল", photo: "ছবি",
    failed: "পাঠানো গেল না। আবার চেষ্টা করুন।", offline: "সংযোগের অপেক্ষায়",
    messages: "বার্তা", close: "বন্ধ করুন", open: "বড় করে দেখুন", large: "ছবিটি ১০ মেগাবাইটের বেশি",
  },
  en: {
    reader: "Reader", editor: "Editor", bot: "bot", group: "group", channel: "channel", typing: "typing",
    write: "Write a message", send: "Send", menu: "Menu", attach: "Attach a picture", start: "Start",
    what: "What can this bot do?", about: "Bengali diaspora news, straight to your Telegram.",
    newer: " new messages", bottom: "Go to the newest", edited: "edited", copied: "Copied", reply: "Reply",
    copy: "Copy text", cancel: "Cancel", ok: "OK", today: "Today", yesterday: "Yesterday", photo: "Photo",
    failed: "Could not be sent. Please try again.", offline: "Waiting for the connection",
    messages: "Messages", close: "Close", open: "View larger", large: "The picture is over 10 MB",
  },
};

export const words = (language) => WORDS[language] ?? WORDS.bn;

export const digits = (value, language) =>
  language === "en" ? String(value) : String(value).replace(/\d/g, (digit) => BN[digit]);

const graphemes = new Intl.Segmenter("bn", { granularity: "grapheme" });

// The first letter of a name with its vowel sign, for a face without a picture.
export const initial = (name) => graphemes.segment(name)[Symbol.iterator]().next().value?.segment ?? "";

export function time(unix, language) {
  const at = new Date(unix * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return digits(`${two(at.getHours())}:${two(at.getMinutes())}`, language);
}

export function day(unix, language) {
  const at = new Date(unix * 1000);
  const back = (days) => new Date(Date.now() - days * 86_400_000).toDateString();
  if (at.toDateString() === back(0)) return words(language).today;
  if (at.toDateString() === back(1)) return words(language).yesterday;
  if (language === "en") return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  return digits(`${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`);
}
