// The demo's page: everyone's telephone side by side, or one at a time where the screen is narrow.

import { badge, make } from "/page/bubble.js";
import { Guide } from "/page/guide.js";
import { Phone } from "/page/phone.js";
import * as wire from "/page/wire.js";
import { digits, initial, words } from "/page/words.js";

const LATER = 1500; // milliseconds between attempts while the demo is still starting
const NOTICE = 4200;
const TOLD = 2200; // milliseconds the button says that it has published
const ARRIVED = 9000; // milliseconds after which a story is on its readers' telephones, if it has any

const main = document.querySelector(".phones");
const switcher = document.querySelector(".switcher");
const lede = document.querySelector(".lede");
const guide = new Guide(lede.querySelector(".guide"));
const phones = new Map();

async function eventually(ask) {
  for (;;) {
    try { return await ask(); } catch { await new Promise((resolve) => setTimeout(resolve, LATER)); }
  }
}

// In the guide's place, so that it covers nothing; where there is no room only a `warning` is seen.
function notice(text, { warning = false } = {}) {
  lede.querySelector(".notice").replaceChildren(make("span", { text }));
  lede.classList.add("noticed");
  lede.classList.toggle("warned", warning);
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => lede.classList.remove("noticed", "warned"), warning ? 1.5 * NOTICE : NOTICE);
}

function tab(person) {
  const button = make("button", { type: "button", "data-switch": person.id, "aria-pressed": "false", class: person.role },
    make("span", { class: "face", "aria-hidden": "true", text: initial(person.name) }),
    make("span", { class: "label" }, make("b", { text: person.name }), make("small", { text: words(person.language)[person.role] })));
  button.addEventListener("click", () => look(person.id));
  return button;
}

function look(id) {
  for (const [other, phone] of phones) phone.element.classList.toggle("shown", other === id);
  for (const button of switcher.children) button.setAttribute("aria-pressed", String(Number(button.dataset.switch) === id));
  phones.get(id).looked();
}

function counted(person, button) {
  return (count) => {
    button.querySelector(".badge")?.remove();
    if (count) button.append(badge(count, person.language));
  };
}

async function publish(button) {
  button.disabled = true;
  try {
    const before = guide.delivered;
    const { title } = await wire.publish();
    notice(`প্রকাশিত হলো: ${title}`);
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), TOLD);
    clearTimeout(publish.timer);
    publish.timer = setTimeout(() => missed(before), ARRIVED);
  } catch {
    notice("প্রকাশ করা গেল না। একটু পরে আবার চেষ্টা করুন।", { warning: true });
  }
  button.disabled = false;
}

function missed(before) {
  if (guide.delivered === before) notice("এ খবর এখনো কোনো ফোনে যায়নি: বিষয়টি কেউ বাছেননি, খবর থামানো, নয়তো এখন নীরব সময়।", { warning: true });
}

async function describe() {
  const { site, every } = await eventually(wire.info);
  const paper = document.querySelector("[data-site]");
  paper.href = site;
  paper.hidden = false;
  paper.title = `প্রতি ${digits(every)} সেকেন্ডে একটি নতুন খবর নিজে থেকেই প্রকাশিত হয় · A new story also comes by itself every ${every} s`;
}

async function start() {
  const button = document.querySelector("[data-publish]");
  button.addEventListener("click", () => publish(button));
  describe();
  const people = await eventually(wire.people);
  main.replaceChildren();
  for (const person of people) {
    const choice = tab(person);
    const phone = new Phone(person, { unread: counted(person, choice), changed: () => guide.update() });
    phones.set(person.id, phone);
    guide.phones.push(phone);
    main.append(phone.element);
    switcher.append(choice);
  }
  main.style.setProperty("--phones", people.length);
  look(people[0].id);
}

start();
