// What the pages cannot do without a script of their own: say whether they are up to date, count ages, and keep what
// a person is doing apart from what comes in. Everything else works without it.
(() => {
  const MINUTE = 60;
  const HOUR = 3_600;
  const DAY = 86_400;
  const SILENCE_MS = 40_000; // the server speaks every 15 s
  const RETRY_MS = 3_000;
  const HOLD_MS = 3_000; // how long a press may hold changes back
  const PATIENCE_MS = 10_000; // and how long an answer may be waited for
  const SETTLE_MS = 400; // a button that has just appeared under a finger is not what that finger meant

  // The server writes times for this zone from the next answer on; the live stream brings that at once.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is there over HTTPS only
  document.cookie = `tz=${zone}; path=/; max-age=31536000; SameSite=Strict`;

  // ---------------------------------------------------------------- ages

  const ahead = Number(document.body.dataset.now || Date.now()) - Date.now(); // of this machine's clock
  const now = () => Date.now() + ahead;

  function ageText(ms, form) {
    const s = Math.max(1, Math.floor(ms / 1_000));
    const [amount, unit] =
      s < MINUTE
        ? [s, 'second']
        : s < HOUR
          ? [Math.floor(s / MINUTE), 'minute']
          : s < DAY
            ? [Math.floor(s / HOUR), 'hour']
            : [Math.floor(s / DAY), 'day'];
    return form === 'short' ? `${amount} ${unit[0]}` : `${amount} ${unit}${amount === 1 ? '' : 's'}`;
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    for (const time of document.querySelectorAll('time[data-age]'))
      say(time, ageText(now() - Date.parse(time.dateTime), time.dataset.age));
    for (const used of document.querySelectorAll('[data-used]')) {
      const s = Math.max(0, Math.floor((now() - Number(used.dataset.used)) / 1_000));
      say(used, `${Math.floor(s / MINUTE)}:${String(s % MINUTE).padStart(2, '0')}`);
    }
    for (const bar of document.querySelectorAll('progress[data-since]'))
      bar.value = Math.min(bar.max, Math.max(0, (now() - Number(bar.dataset.since)) / 1_000));
  }
  setInterval(tick, 1_000);

  const main = document.querySelector('main');
  const live = document.getElementById('live');

  // ---------------------------------------------------------------- the live stream

  if (live) live.hidden = false;
  let connection;
  let heardAt = Date.now();

  function heard() {
    heardAt = Date.now();
    if (!live) return;
    live.className = 'live resolved';
    say(live.querySelector('[data-words]'), 'Live');
  }

  function lost() {
    if (!live || document.hidden) return;
    live.className = 'live warning';
    const at = new Date(heardAt).toLocaleTimeString('en-GB');
    say(live.querySelector('[data-words]'), `Reconnecting, last update ${at}`);
  }

  document.addEventListener('htmx:sse:after:connection', (event) => {
    connection = event.detail.connection;
    if (connection.status === 200) heard();
  });
  document.addEventListener('htmx:sse:after:message', heard);
  document.addEventListener('htmx:sse:error', (event) => {
    if (event.detail.status === 401) location.reload(); // signed out
    lost();
  });
  document.addEventListener('htmx:sse:close', lost);
  document.addEventListener('htmx:sse:before:connection', (event) => {
    if (event.detail.connection.attempt > 0) lost();
  });
  // htmx reconnects a stream that broke, not one that never began.
  const begin = () => htmx.ajax('GET', main.getAttribute('hx-sse:connect'), { source: main });
  function notBegun(event) {
    if (event.detail.ctx.sourceElement !== main || connection) return;
    lost();
    setTimeout(begin, RETRY_MS);
  }
  document.addEventListener('htmx:error', notBegun);
  document.addEventListener('htmx:response:error', notBegun);
  // A line can die without a word: silence says so.
  setInterval(() => {
    if (!connection || document.hidden || Date.now() - heardAt < SILENCE_MS) return;
    lost();
    connection.reader?.cancel();
  }, 5_000);

  // ---------------------------------------------------------------- a finger on the page

  let lifted = Promise.resolve();
  document.addEventListener('pointerdown', () => {
    lifted = new Promise((resolve) => {
      const lift = () => setTimeout(resolve, 50); // after the click that follows
      for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, lift, { once: true });
      setTimeout(resolve, HOLD_MS);
    });
  });

  // A press is answered before the change that it made is shown: that takes the button away, and with it the answer's way.
  let answered = Promise.resolve();
  document.addEventListener('htmx:before:request', (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form?.matches?.('form')) return;
    answered = new Promise((resolve) => {
      const finished = ({ detail }) => {
        if (detail.ctx.sourceElement !== form) return;
        document.removeEventListener('htmx:finally:request', finished);
        resolve();
      };
      document.addEventListener('htmx:finally:request', finished);
      setTimeout(resolve, PATIENCE_MS);
    });
  });
  document.addEventListener('htmx:sse:before:message', ({ detail }) => detail.waitUntil(lifted.then(() => answered)));

  const buttonsNow = () =>
    [...document.querySelectorAll('#card .card > .actions button')].map((button) => button.textContent).join('|');
  let buttons = buttonsNow();
  let changedAt = -SETTLE_MS;
  document.addEventListener(
    'click',
    (event) => {
      if (event.detail === 0 || performance.now() - changedAt > SETTLE_MS) return; // detail 0: by keyboard
      if (!event.target.closest?.('#card .card > .actions button')) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  // ---------------------------------------------------------------- after a change

  document.addEventListener('htmx:after:swap', (event) => {
    tick();
    const title = document.getElementById('title');
    if (title?.textContent) document.title = title.textContent;
    if (buttons !== buttonsNow()) {
      buttons = buttonsNow();
      if (event.detail.ctx.sourceElement === main) changedAt = performance.now();
    }
  });

  // A press answered: the menu closes, and whoever works by keyboard stays in the card.
  document.addEventListener('htmx:finally:request', (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form?.matches?.('form')) return;
    const menu = document.getElementById('more');
    if (menu?.matches(':popover-open')) menu.hidePopover();
    const field = document.querySelector('#asked [data-focus]');
    if (field) field.focus();
    else if (document.activeElement === document.body)
      document.getElementById('card-title')?.focus({ preventScroll: true });
  });

  // The network failed under a press: said where it was pressed.
  document.addEventListener('htmx:error', (event) => {
    if (event.detail.ctx?.sourceElement === main) return;
    const notice = document.getElementById('notice');
    if (notice) notice.textContent = 'Not done: the bridge could not be reached. Try again.';
  });

  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-dismiss=asked]')) return;
    event.preventDefault();
    document.getElementById('asked').replaceChildren();
    document.getElementById('card-title')?.focus({ preventScroll: true });
  });

  // What a person opened stays open: the server does not know of it.
  htmx.registerExtension('tocsin', {
    htmx_before_morph_attr: (element, { attrName }) => !(attrName === 'open' && element.tagName === 'DETAILS'),
  });
})();
