// One message as an element: a bubble, a picture flush on top, buttons in rows beneath.

import { digits, time, words } from "/page/words.js";

const COLOURS = 7;
const ARROW = '<svg viewBox="0 0 12 12" aria-hidden="true"><path class="stroke" d="M3.5 8.5l5-5M4.5 3.5h4v4"/></svg>';
const SHEETS = '<svg viewBox="0 0 12 12" aria-hidden="true"><path class="stroke" d="M4 4h5.5v5.5H4zM2.5 7.5v-5h5"/></svg>';
const REPLY = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 8V4L3 11l7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11z"/></svg>';
const TICKS = '<svg viewBox="0 0 18 12" aria-hidden="true"><path class="stroke" d="M1.5 6.5l3.5 3.5 6.5-8M8 9.5l.5.5 7-8"/></svg>';

export function make(tag, { text, html, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  if (text != null) element.textContent = text;
  if (html != null) element.innerHTML = html;
  element.append(...children.filter(Boolean));
  return element;
}

export const plain = (message) => message.text ?? message.caption ?? "";

// `view`: me (id), language, crowded (other people write here too)
export function bubble(message, view) {
  const mine = message.from.id === view.me;
  const bubble = make("div", { class: "bubble" });
  if (view.crowded && !mine) bubble.append(make("p", { class: `name hue${Math.abs(message.from.id) % COLOURS}`, text: message.from.name }));
  if (message.reply_to) bubble.append(quote(message.reply_to, view));
  bubble.append(...contents(message, stamp(message, mine, view), view));
  if (message.photo) bubble.classList.add("carries-photo");
  if (message.photo && (message.photo.above || !plain(message))) bubble.classList.add("photo-last");
  for (const part of bubble.querySelectorAll(".expandable, .spoiler, .command")) livelier(part);
  const act = make("button", { class: "icon act", type: "button", "data-reply": true, "aria-label": words(view.language).reply, title: words(view.language).reply, html: REPLY });
  const side = make("div", { class: "row" }, bubble, act);
  return make("li", { class: `message ${mine ? "out" : "in"}`, "data-message": message.message_id, "data-from": message.from.id }, side, keyboard(message.buttons));
}

// The picture and the words in their order, the time in the corner of whichever comes last.
function contents(message, stamp, view) {
  const text = plain(message) ? make("span", { class: "text", html: message.html }) : null;
  if (!message.photo) return [make("div", { class: "words" }, text, stamp)];
  const photo = picture(message.photo, view);
  if (!text) return [photo, stamp];
  return message.photo.above ? [make("div", { class: "words" }, text), photo, stamp] : [photo, make("div", { class: "words" }, text, stamp)];
}

function quote(said, view) {
  return make("button", { class: "quote", type: "button", "data-jump": said.message_id, text: said.text || words(view.language).photo });
}

function picture({ url, width, height }, view) {
  const image = make("img", { "data-photo": true, src: url, width, height, alt: words(view.language).photo, decoding: "async" });
  return make("button", { class: "frame", type: "button", "aria-label": words(view.language).open, style: `aspect-ratio: ${width} / ${height}` }, image);
}

// A panel with buttons changes under the thumb; Telegram doesn't call that edited.
function stamp(message, mine, view) {
  const edited = message.edited && !message.buttons?.length ? `${words(view.language).edited} ` : "";
  const at = make("time", { datetime: new Date(message.date * 1000).toISOString(), text: edited + time(message.date, view.language) });
  return make("span", { class: "stamp" }, at, mine && make("i", { class: "ticks", html: TICKS }));
}

function keyboard(rows) {
  if (!rows?.length) return null;
  const lines = rows.map((row) => make("div", { class: "keys" }, ...row.map(key)));
  return make("div", { class: "keyboard" }, ...lines);
}

function key(button) {
  const label = make("span", { text: button.text });
  if (button.url) return make("a", { class: "key", "data-button": true, href: button.url, target: "_blank", rel: "noopener", html: ARROW }, label);
  if (button.copy != null) return make("button", { class: "key", type: "button", "data-button": true, "data-copy": button.copy, html: SHEETS }, label);
  return make("button", { class: "key", type: "button", "data-button": true, "data-press": button.data }, label);
}

// Folded quotations, spoilers and commands are pressed; let the keyboard reach them.
function livelier(part) {
  part.tabIndex = 0;
  part.setAttribute("role", "button");
  if (part.classList.contains("expandable")) part.setAttribute("aria-expanded", "false");
}

export const badge = (count, language) => make("span", { class: "badge", text: digits(count, language) });
