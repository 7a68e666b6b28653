// What to try next, in one line; the page marks the button that does it (`data-step`, see style.css).

import { digits } from "/page/words.js";

const STEPS = {
  bn: [
    "তিনটি ফোনই আপনার: আগে START চাপুন।",
    "বিষয়ে চাপ দিন; সব কটি বাছলে সব খবর পাবেন।",
    "খবর প্রকাশ করুন; কয়েক সেকেন্ডে ফোনে আসবে।",
    "সম্পাদকের ফোনে /broadcast লিখে ঘোষণা পাঠান।",
    "এবার নিজের মতো ঘুরে দেখুন: ☰ মেনুতে সব নির্দেশ আছে।",
  ],
  en: [
    "All three telephones are yours: begin with START.",
    "Tap the topics you like; with all of them you get every story.",
    "Publish a story; it arrives in a few seconds.",
    "Be the editor: write /broadcast and announce something.",
    "Look around as you please: the ☰ menu has every command.",
  ],
};

export class Guide {
  constructor(element) {
    Object.assign(this, { element, phones: [] });
  }

  // Messages of the bot on the readers' telephones.
  get delivered() {
    return this.#readers.flatMap((phone) => phone.messages.filter((message) => message.from.bot)).length;
  }

  get #readers() { return this.phones.filter((phone) => phone.person.role === "reader"); }

  // Read off the chats, so that whoever reloads or takes a short cut is not sent back.
  update() {
    const said = this.#readers.flatMap((phone) => phone.messages);
    const arrived = (message) => message.from.bot && message.photo;
    const chosen = (message) => arrived(message) || message.buttons?.flat().some((button) => button.text.startsWith("✅"));
    const announced = this.phones.some((phone) => phone.person.role === "editor" && phone.messages.some((message) => message.text?.startsWith("/broadcast")));
    const done = [said.length > 0, said.some(chosen), said.some(arrived), announced];
    this.#show(done.includes(false) ? done.indexOf(false) : done.length);
  }

  #show(step) {
    document.body.dataset.step = step + 1;
    const last = step === STEPS.bn.length - 1;
    this.element.querySelector(".number").textContent = last ? "✓" : digits(step + 1);
    for (const [language, lines] of Object.entries(STEPS)) this.element.querySelector(`[data-next=${language}]`).textContent = lines[step];
  }
}
