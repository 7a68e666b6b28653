// The demo's page: everyone's telephone side by side, or one at a time where the screen is narrow.

import { badge, make } from "/page/bubble.js";
import { Phone } from "/page/phone.js";
import * as wire from "/page/wire.js";
import { digits, initial, words } from "/page/words.js";

const LATER = 1500; // milliseconds between attempts while the demo is still starting
const NOTICE = 4200;

const main = document.querySelector(".phones");
const switcher = document.querySelector(".switcher");
const phones = new Map();

async function eventually(ask) {
  for (;;) {
    try { return await ask(); } catch { await new Promise((resolve) => setTimeout(resolve, LATER)); }
  }
}

function notice(text) {
  const place = document.querySelector(".notice");
  place.replaceChildren(make("span", { text }));
  place.classList.add("up");
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => place.classList.remove("up"), NOTICE);
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
    const { title } = await wire.publish();
    notice(`প্রকাশিত হলো: ${title}`);
  } catch {
    notice("প্রকাশ করা গেল না। একটু পরে আবার চেষ্টা করুন।");
  }
  button.disabled = false;
}

async function describe() {
  const { site, every } = await eventually(wire.info);
  const paper = document.querySelector("[data-site]");
  paper.href = site;
  paper.hidden = false;
  document.querySelector("[data-every]").textContent = `A new story also comes by itself every ${every} s.`;
  paper.title = `প্রতি ${digits(every)} সেকেন্ডে একটি নতুন খবর আসে`;
}

async function start() {
  const button = document.querySelector("[data-publish]");
  button.addEventListener("click", () => publish(button));
  describe();
  const people = await eventually(wire.people);
  main.replaceChildren();
  for (const person of people) {
    const choice = tab(person);
    const phone = new Phone(person, { unread: counted(person, choice) });
    phones.set(person.id, phone);
    main.append(phone.element);
    switcher.append(choice);
  }
  main.style.setProperty("--phones", people.length);
  look(people[0].id);
}

start();
