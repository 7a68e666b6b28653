// The messages of one chat on one telephone: kept in order, changed in place, scrolled when that is wanted.

import { bubble, make } from "/page/bubble.js";
import { day } from "/page/words.js";

const NEAR = 90; // pixels from the bottom that still count as reading the newest
const GAP = 10; // pixels left above a tall message
const GLOW = 1800; // milliseconds a changed message stays marked
const NOTHING = undefined, LOWEST = null; // what is to be seen, where it is no message

export class Talk {
  constructor(chat, view, wall) {
    Object.assign(this, { id: chat.id, type: chat.type, view, wall, shown: false, unread: 0, following: true, low: true, byHand: false, gliding: false, aim: NOTHING, top: 0, known: new Map() });
    this.list = make("ol", { class: `messages ${chat.type}`, role: "log", "aria-live": "polite" });
    new ResizeObserver(() => this.#settle()).observe(this.list);
  }

  get empty() { return this.known.size === 0; }
  get atBottom() { return this.wall.scrollHeight - this.wall.scrollTop - this.wall.clientHeight < NEAR; }
  get messages() { return [...this.known.values()].map(({ message }) => message); }
  message(id) { return this.known.get(id)?.message; }
  element(id) { return this.known.get(id)?.element; }

  // The whole chat as the server has it, after opening or a broken connection.
  reset(messages) {
    const present = new Set(messages.map((message) => message.message_id));
    for (const id of [...this.known.keys()]) if (!present.has(id)) this.remove(id);
    for (const message of messages) this.put(message, { still: true });
  }

  // Shows a message that arrived or changed; true if it is new here.
  put(message, { still = false } = {}) {
    const old = this.known.get(message.message_id);
    const shape = JSON.stringify(message);
    if (old?.shape === shape) return false;
    const { following, low } = this;
    const element = bubble(message, this.view);
    this.known.set(message.message_id, { message, shape, element });
    if (old) this.#change(old.element, element, still);
    else this.#insert(message, element, still);
    if (this.shown && !still && (old ? low : following)) this.#reveal(old ? null : element);
    return !old;
  }

  remove(id) {
    const known = this.known.get(id);
    if (!known) return;
    this.known.delete(id);
    if (this.aim === known.element) this.aim = NOTHING;
    known.element.remove();
    this.#days();
  }

  // Whoever has the wall in hand decides where it stands.
  held() { Object.assign(this, { byHand: true, gliding: false, aim: NOTHING }); }

  // Whoever scrolls up stops following the newest; whoever comes back to the bottom follows again.
  scrolled() {
    const { scrollTop } = this.wall;
    this.low = this.atBottom;
    if (this.low) this.following = true;
    else if (this.byHand && scrollTop < this.top) this.following = false;
    this.top = scrollTop;
  }

  toBottom(smooth = false) { this.#scroll(LOWEST, smooth); }

  // The newest message from its beginning.
  toNewest() {
    const newest = this.list.lastElementChild;
    if (newest) this.#scroll(newest, false);
  }

  // A message that arrived is shown from its top, should it be taller than the screen; a changed one stays in sight.
  #reveal(arrived) {
    if (arrived) this.#scroll(arrived, true);
    else this.toBottom();
  }

  get #lowest() { return this.wall.scrollHeight - this.wall.clientHeight; }
  get #goal() { return this.aim ? Math.min(this.list.offsetTop + this.aim.offsetTop - GAP, this.#lowest) : this.#lowest; }
  get #astray() { return Math.abs(this.#goal - this.wall.scrollTop) > 1; }

  #scroll(aim, smooth) {
    Object.assign(this, { following: true, byHand: false, aim });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.gliding = smooth && !calm && this.#astray;
    this.wall.scrollTo({ top: this.#goal, behavior: this.gliding ? "smooth" : "instant" });
  }

  landed() {
    this.gliding = false;
    this.#settle();
  }

  // Letters and pictures that come late move what was to be seen.
  #settle() {
    if (this.shown && this.aim !== NOTHING && !this.gliding && this.#astray) this.wall.scrollTo({ top: this.#goal, behavior: "instant" });
  }

  #change(old, element, still) {
    old.replaceWith(element);
    if (this.aim === old) this.aim = element;
    if (still) return;
    element.classList.add("changed");
    setTimeout(() => element.classList.remove("changed"), GLOW);
  }

  #insert(message, element, still) {
    if (!still) element.classList.add("arriving");
    const later = [...this.list.querySelectorAll("[data-message]")].find((other) => Number(other.dataset.message) > message.message_id);
    this.list.insertBefore(element, later ?? null);
    this.#days();
  }

  #days() {
    for (const divider of this.list.querySelectorAll(".day")) divider.remove();
    let last = "";
    for (const element of this.list.querySelectorAll("[data-message]")) {
      const now = day(this.message(Number(element.dataset.message)).date, this.view.language);
      if (now !== last) element.before(make("li", { class: "day" }, make("span", { text: now })));
      last = now;
    }
  }
}
