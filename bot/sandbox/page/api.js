// Talking to the sandbox: plain JSON requests, and one stream of events that comes back by itself after a break.

/** The sandbox refused, with its reason in `message`; `network` when there was no answer at all. */
export class Refused extends Error {
  constructor(message, network = false) {
    super(message);
    this.network = network;
  }
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused("", true);
  }
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Refused(`HTTP ${response.status}`);
  }
  if (!response.ok || body.ok === false) throw new Refused(body.error || `HTTP ${response.status}`);
  return body;
}

export const read = (path) => request(path);

export const send = (path, values, method = "POST") =>
  request(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(values) });

export const upload = (path, form) => request(path, { method: "POST", body: form });

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Listen to the sandbox's events. `onEvent` gets each one; `onBack` is called when the stream works again after a
 * break (whatever happened meanwhile may be missing, so the caller reloads); `onBroken` at the break. `since()` is
 * the number of the last event already known.
 */
export function listen({ onEvent, onBack, onBroken, since }) {
  let broken = false;
  let pause = FIRST_PAUSE_MS;

  const connect = () => {
    const source = new EventSource(`/api/events?since=${since()}`);
    source.onopen = () => {
      pause = FIRST_PAUSE_MS;
      if (broken) onBack();
      broken = false;
    };
    source.onmessage = (message) => onEvent(JSON.parse(message.data));
    source.onerror = () => {
      if (!broken) onBroken();
      broken = true;
      // The browser retries a dropped stream itself, but gives up for good on an HTTP error.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  };
  connect();
}
