// The line at the bottom of a telephone: writing, answering, attaching a picture, the list of commands.

import { make, plain } from "/page/bubble.js";
import { words } from "/page/words.js";

const LARGEST = 10 * 1024 * 1024; // bytes of a picture (Bot API, sendPhoto)

export class Composer {
  // `said({text, reply_to, photo})` sends and throws when it can't; `told(text)` shows a word to the person
  constructor(screen, person, { said, told }) {
    this.word = words(person.language);
    Object.assign(this, { said, told, commands: [], quoted: null, photo: null });
    this.form = screen.querySelector(".composer");
    this.sheet = screen.querySelector(".sheet");
    for (const name of ["quoting", "attached", "menu", "attach", "send"]) this[name] = this.form.querySelector(`.${name}`);
    this.input = this.form.querySelector("textarea");
    this.file = this.form.querySelector("input[type=file]");
    this.attach.hidden = person.role !== "editor";
    this.#label();
    this.#listen();
    this.#grow();
  }

  quote(message) {
    this.quoted = message;
    this.quoting.hidden = false;
    this.quoting.querySelector("b").textContent = message.from.name;
    this.quoting.querySelector("span").textContent = plain(message) || this.word.photo;
    this.input.focus({ preventScroll: true });
  }

  clear() {
    this.#unquote();
    this.#detach();
    this.#fold();
  }

  #label() {
    this.input.placeholder = this.word.write;
    for (const [element, name] of [[this.input, "write"], [this.menu, "menu"], [this.send, "send"], [this.file, "attach"]]) element.setAttribute("aria-label", this.word[name]);
    for (const drop of this.form.querySelectorAll(".drop")) drop.setAttribute("aria-label", this.word.cancel);
    this.sheet.setAttribute("aria-label", this.word.menu);
    this.menu.title = this.word.menu;
    this.attach.title = this.word.attach;
  }

  #listen() {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.input.addEventListener("input", () => { this.#grow(); this.#suggest(); });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.menu.addEventListener("click", () => (this.sheet.hidden ? this.#unfold(this.commands) : this.#fold()));
    this.sheet.addEventListener("click", (event) => this.#choose(event.target.closest("[data-command]")));
    this.sheet.addEventListener("keydown", (event) => this.#walk(event));
    document.addEventListener("pointerdown", (event) => { if (!this.form.contains(event.target) && !this.sheet.contains(event.target)) this.#fold(); });
    this.quoting.querySelector(".drop").addEventListener("click", () => this.#unquote());
    this.attached.querySelector(".drop").addEventListener("click", () => this.#detach());
    this.file.addEventListener("change", () => this.#take(this.file.files[0]));
  }

  async #submit() {
    const text = this.input.value.trim();
    if (!text && !this.photo) return;
    const saying = { text, reply_to: this.quoted?.message_id, photo: this.photo };
    this.input.value = "";
    this.#grow();
    try {
      await this.said(saying);
      this.clear();
    } catch {
      if (!this.input.value) this.input.value = text;
      this.#grow();
      this.told(this.word.failed);
    }
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#submit(); }
    if (event.key === "Escape") this.clear();
    if (event.key === "ArrowUp" && !this.sheet.hidden) { event.preventDefault(); this.sheet.querySelector("button:last-child")?.focus(); }
  }

  #suggest() {
    const typed = /^\/(\S*)$/.exec(this.input.value);
    const fitting = typed ? this.commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : [];
    if (fitting.length) this.#unfold(fitting);
    else this.#fold();
  }

  #unfold(commands) {
    this.sheet.replaceChildren(...commands.map(({ command, description }) =>
      make("button", { type: "button", role: "menuitem", "data-command": command }, make("span", { text: description }), make("code", { text: `/${command}` }))));
    this.sheet.hidden = commands.length === 0;
    this.menu.setAttribute("aria-expanded", String(!this.sheet.hidden));
  }

  #fold() {
    this.sheet.hidden = true;
    this.menu.setAttribute("aria-expanded", "false");
  }

  #choose(item) {
    if (!item) return;
    this.input.value = `/${item.dataset.command}`;
    this.#fold();
    this.#submit();
    this.input.focus({ preventScroll: true });
  }

  #walk(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) { event.preventDefault(); (document.activeElement[step] ?? this.input).focus(); }
    if (event.key === "Escape") { this.#fold(); this.input.focus(); }
  }

  #take(file) {
    this.file.value = "";
    if (!file) return;
    if (file.size > LARGEST) { this.told(this.word.large); return; }
    this.#detach();
    this.photo = file;
    this.attached.hidden = false;
    this.attached.querySelector("img").src = URL.createObjectURL(file);
    this.attached.querySelector("p").textContent = file.name;
    this.#grow();
    this.input.focus({ preventScroll: true });
  }

  #detach() {
    if (!this.photo) return;
    URL.revokeObjectURL(this.attached.querySelector("img").src);
    this.photo = null;
    this.attached.hidden = true;
    this.#grow();
  }

  #unquote() {
    this.quoted = null;
    this.quoting.hidden = true;
  }

  #grow() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
    this.form.classList.toggle("ready", Boolean(this.input.value.trim() || this.photo));
  }
}
