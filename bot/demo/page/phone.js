// One person's telephone: its chats with the bot, what happens in them, and what the person does.

import { badge, make, plain } from "/page/bubble.js";
import { Composer } from "/page/composer.js";
import { Talk } from "/page/talk.js";
import * as wire from "/page/wire.js";
import { digits, initial, words } from "/page/words.js";

const TYPING = 5000; // milliseconds (Bot API, sendChatAction)
const PATIENCE = 5000; // milliseconds a pressed button waits for its answer
const HELD = 480; // milliseconds of a long press
const TOAST = 2400;

export class Phone {
  constructor(person, { unread, changed }) {
    Object.assign(this, { person, unread, changed, word: words(person.language), talks: new Map(), bot: {}, current: null, older: 0 });
    this.element = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.element.dataset.person = person.id;
    this.element.lang = person.language === "en" ? "en" : "bn";
    this.wall = this.$(".wall");
    this.composer = new Composer(this.$(".screen"), person, { said: (saying) => this.#say(saying), told: (text) => this.toast(text) });
    this.#label();
    this.#touch();
    wire.listen(person.id, {
      opened: () => this.#load(), lost: () => this.#status(this.word.offline),
      message: (event) => this.#arrive(event), edit: (event) => this.#edit(event), delete: (event) => this.#delete(event),
      answer: (event) => this.#answer(event), action: (event) => this.#typing(event),
    });
  }

  $(selector) { return this.element.querySelector(selector); }
  get messages() { return this.#private()?.messages ?? []; }
  get visible() { return this.element.offsetParent !== null; }

  // Called when this telephone comes into view on a narrow screen.
  looked() {
    if (!this.current) return;
    this.current.unread = 0;
    if (this.older === 0) this.current.toNewest();
    this.#counts();
  }

  toast(text) {
    const toast = this.$(".toast");
    toast.replaceChildren(make("span", { text }));
    toast.classList.add("up");
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => toast.classList.remove("up"), TOAST);
  }

  #label() {
    const { name, role, language } = this.person;
    this.$(".who h2").textContent = name;
    this.$(".role").textContent = this.word[role];
    this.$(".face").textContent = initial(name);
    this.element.classList.add(role);
    this.element.setAttribute("aria-label", `${name}, ${this.word[role]}`);
    this.wall.setAttribute("aria-label", this.word.messages);
    this.$("[data-start]").textContent = language === "en" ? "START" : `START · ${this.word.start}`;
    this.$(".pill").title = this.word.bottom;
    this.$(".alert button").textContent = this.word.ok;
    this.$(".picture button").setAttribute("aria-label", this.word.close);
  }

  // — what the server says —

  async #load() {
    try {
      const state = await wire.state(this.person.id);
      this.bot = state.bot;
      this.composer.commands = state.commands;
      const first = this.current === null;
      for (const chat of state.chats) this.#talk(chat).reset(chat.messages);
      if (first) this.#show(this.#private());
      this.#furnish();
    } catch {
      this.#status(this.word.offline);
    }
  }

  #talk(chat) {
    if (!this.talks.has(chat.id)) {
      const view = { me: this.person.id, language: this.person.language, crowded: chat.type === "group" };
      const talk = new Talk(chat, view, this.wall);
      this.talks.set(chat.id, Object.assign(talk, { title: chat.title }));
    }
    return this.talks.get(chat.id);
  }

  #private() { return this.talks.get(this.person.id) ?? [...this.talks.values()][0]; }

  #arrive({ chat, message }) {
    const talk = this.talks.get(chat);
    if (!talk) { this.#load(); return; }
    const reading = talk === this.current && talk.following;
    const mine = message.from.id === this.person.id;
    if (!talk.put(message)) return;
    if (mine && talk === this.current) talk.toBottom(true);
    else if (talk === this.current && !reading) this.#pill(this.older + 1);
    if (!mine && !(talk === this.current && this.visible)) talk.unread += 1;
    if (message.from.bot) this.#status();
    if (message.force_reply && talk === this.current && this.visible) this.composer.quote(message);
    this.#furnish();
  }

  #edit({ chat, message }) {
    this.#settled();
    this.talks.get(chat)?.put(message);
    this.changed();
  }

  #delete({ chat, message_id }) {
    this.talks.get(chat)?.remove(message_id);
    this.#furnish();
  }

  #answer({ text, alert }) {
    this.#settled();
    if (!text) return;
    if (!alert || !this.visible) { this.toast(text); return; }
    this.$(".alert p").textContent = text;
    this.$(".alert").show(); // not modal: the other telephones go on
  }

  #typing({ chat }) {
    if (chat !== this.current?.id) return;
    this.#status(this.word.typing, true);
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.#status(), TYPING);
  }

  // — what stands on the screen —

  #show(talk) {
    if (!talk) return;
    this.current = talk;
    this.composer.clear();
    for (const other of this.talks.values()) { other.shown = other === talk; other.list.remove(); }
    this.wall.append(talk.list);
    talk.unread = 0;
    this.#pill(0);
    this.#furnish();
    talk.toNewest();
  }

  #furnish() {
    if (!this.current) return;
    const lone = this.current.type === "private";
    const fresh = lone && this.current.empty;
    const writes = this.current.type !== "channel" || this.person.role === "editor";
    this.$(".title").textContent = lone ? this.bot.name : this.current.title;
    for (const avatar of this.element.querySelectorAll(".avatar")) avatar.textContent = lone ? "" : initial(this.current.title);
    this.$(".bar .avatar").classList.toggle("other", !lone);
    this.$(".welcome").hidden = !fresh;
    this.$(".welcome h3").textContent = this.word.what;
    this.$(".welcome p").textContent = this.bot.description || this.bot.about || this.word.about;
    this.$("[data-start]").hidden = !fresh;
    this.composer.form.hidden = fresh || !writes;
    this.#status();
    this.#counts();
    this.changed();
  }

  #status(text, writing = false) {
    const status = this.$(".status");
    const resting = !this.current || this.current.type === "private" ? this.word.bot : this.word[this.current.type];
    status.textContent = text ?? resting;
    status.classList.toggle("writing", writing);
  }

  #counts() {
    const talks = [...this.talks.values()];
    const begun = this.messages.length > 0; // first the bot alone, then the groups and channels
    this.unread(begun ? talks.reduce((sum, talk) => sum + talk.unread, 0) : 0);
    const chips = this.$(".chats");
    chips.hidden = !begun || talks.length < 2;
    chips.replaceChildren(...talks.map((talk) => {
      const title = talk.type === "private" ? this.bot.name : talk.title;
      return make("button", { type: "button", class: "chip", "data-chat": talk.id, "aria-pressed": String(talk === this.current), text: title }, talk.unread > 0 && badge(talk.unread, this.person.language));
    }));
  }

  #pill(count) {
    this.older = count;
    const pill = this.$(".pill");
    pill.hidden = count === 0 && this.current.low;
    pill.classList.toggle("bare", count === 0);
    pill.textContent = count ? `↓ ${digits(count, this.person.language)}${this.word.newer}` : "↓";
  }

  // — what the person does —

  async #say(saying) {
    const chat = this.current.id;
    const message = await wire.send({ user: this.person.id, chat, ...saying });
    this.#arrive({ chat, message });
  }

  async #command(text) {
    try { await this.#say({ text }); } catch { this.toast(this.word.failed); }
  }

  async #press(key, id) {
    if (key.getAttribute("aria-busy") === "true") return;
    key.setAttribute("aria-busy", "true");
    setTimeout(() => key.removeAttribute("aria-busy"), PATIENCE);
    try {
      await wire.press({ user: this.person.id, chat: this.current.id, message_id: id, data: key.dataset.press });
    } catch {
      this.#settled();
      this.toast(this.word.failed);
    }
  }

  #settled() {
    for (const key of this.element.querySelectorAll("[aria-busy]")) key.removeAttribute("aria-busy");
  }

  #touch() {
    this.wall.addEventListener("click", (event) => this.#click(event));
    this.wall.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && event.target.matches(".expandable, .spoiler, .command")) { event.preventDefault(); event.target.click(); }
    });
    this.wall.addEventListener("scroll", () => { if (!this.current) return; this.current.scrolled(); this.#pill(this.current.following ? 0 : this.older); }, { passive: true });
    this.wall.addEventListener("scrollend", () => this.current?.landed());
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) this.wall.addEventListener(kind, () => this.current?.held(), { passive: true });
    this.$("[data-start]").addEventListener("click", () => this.#command("/start"));
    this.$(".pill").addEventListener("click", () => { this.current.toBottom(true); this.#pill(0); });
    this.$(".chats").addEventListener("click", (event) => { const chip = event.target.closest("[data-chat]"); if (chip) this.#show(this.talks.get(Number(chip.dataset.chat))); });
    this.#hold();
    new ResizeObserver(() => { if (this.current?.low && this.older === 0) this.current.toBottom(); }).observe(this.wall);
  }

  #click(event) {
    const at = (selector) => event.target.closest(selector);
    const id = Number(at("[data-message]")?.dataset.message);
    const link = at("a[href]");
    if (link) this.#follow(event, link);
    else if (at("[data-press]")) this.#press(at("[data-press]"), id);
    else if (at("[data-copy]")) this.#copy(at("[data-copy]").dataset.copy);
    else if (at("[data-reply]")) this.composer.quote(this.current.message(id));
    else if (at("[data-jump]")) this.#jump(Number(at("[data-jump]").dataset.jump));
    else if (at(".frame")) this.#enlarge(at("[data-message]").querySelector("[data-photo]"));
    else if (at(".command")) this.#command(at(".command").textContent);
    else if (at(".spoiler")) at(".spoiler").classList.add("seen");
    else if (at(".expandable")) at(".expandable").setAttribute("aria-expanded", String(at(".expandable").classList.toggle("open")));
  }

  // A link to the bot itself is answered here, as Telegram does: it starts the bot with what it carries.
  #follow(event, link) {
    const address = new URL(link.href);
    if (address.hostname !== "t.me" || address.pathname.slice(1).toLowerCase() !== this.bot.username?.toLowerCase()) return;
    event.preventDefault();
    this.#command(`/start ${address.searchParams.get("start") ?? ""}`.trim());
  }

  async #copy(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = make("textarea", { text });
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    this.toast(this.word.copied);
  }

  #jump(id) {
    const element = this.current.element(id);
    element?.scrollIntoView({ block: "center", behavior: "smooth" });
    element?.classList.add("changed");
    setTimeout(() => element?.classList.remove("changed"), TOAST);
  }

  #enlarge(image) {
    this.$(".picture img").src = image.src;
    this.$(".picture").showModal();
  }

  // — a long press or the right button on a message: answer it, copy it —

  #hold() {
    const options = this.$(".options");
    this.wall.addEventListener("contextmenu", (event) => this.#options(event));
    this.wall.addEventListener("pointerdown", (event) => { if (event.pointerType !== "mouse") this.holding = setTimeout(() => this.#options(event), HELD); });
    for (const kind of ["pointerup", "pointercancel", "pointermove", "scroll"]) this.wall.addEventListener(kind, () => clearTimeout(this.holding), { passive: true });
    document.addEventListener("pointerdown", (event) => { if (!options.contains(event.target)) options.hidden = true; });
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") { options.hidden = true; this.$(".alert").close(); } });
  }

  #options(event) {
    const bubble = event.target.closest(".bubble");
    if (!bubble || event.target.closest("a")) return;
    event.preventDefault();
    const message = this.current.message(Number(bubble.closest("[data-message]").dataset.message));
    const item = (name, action) => { const button = make("button", { type: "button", role: "menuitem", text: this.word[name] }); button.addEventListener("click", () => { options.hidden = true; action(); }); return button; };
    const options = this.$(".options");
    options.replaceChildren(item("reply", () => this.composer.quote(message)), item("copy", () => this.#copy(plain(message))));
    options.hidden = false;
    const screen = this.$(".screen").getBoundingClientRect();
    options.style.left = `${Math.min(event.clientX - screen.left, screen.width - options.offsetWidth - 10)}px`;
    options.style.top = `${Math.min(event.clientY - screen.top, screen.height - options.offsetHeight - 10)}px`;
    options.firstElementChild.focus();
  }
}
