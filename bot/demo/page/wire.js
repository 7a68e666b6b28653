// The road to the local Bot API server: what the telephones ask, say and hear.

const AGAIN = 2000; // milliseconds before a stream that was refused is opened once more
const KINDS = ["message", "edit", "delete", "answer", "action"];

async function answered(response) {
  if (!response.ok) throw new Error((await response.text()) || response.statusText);
  return response.status === 204 ? null : response.json();
}

const get = async (address) => answered(await fetch(address));
const post = async (address, body) =>
  answered(await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

export const people = () => get("/chat/people");
export const state = (user) => get(`/chat/state?user=${user}`);
export const info = () => get("/demo/info");
export const publish = () => post("/demo/publish", {});
export const press = (said) => post("/chat/press", said);

export async function send({ photo, ...said }) {
  if (!photo) return post("/chat/send", said);
  const form = new FormData();
  for (const [name, value] of Object.entries(said)) if (value != null) form.append(name, value);
  form.append("photo", photo, photo.name);
  return answered(await fetch("/chat/send", { method: "POST", body: form }));
}

// Hears what happens to one person; `opened` is called whenever the stream stands, first or again.
// A hidden page lets go: a browser grants a host six connections, and every page of the demo takes three.
export function listen(user, { opened, lost, ...heard }) {
  let stream = null;
  const hang = () => { stream?.close(); stream = null; };
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(`/chat/events?user=${user}`);
    stream.addEventListener("open", opened);
    stream.addEventListener("error", () => {
      lost();
      if (stream?.readyState === EventSource.CLOSED) { hang(); setTimeout(open, AGAIN); }
    });
    for (const kind of KINDS) stream.addEventListener(kind, (event) => heard[kind](JSON.parse(event.data)));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? hang() : open()));
  open();
}
