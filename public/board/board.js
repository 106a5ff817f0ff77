// Small things that a page of the board does by itself: times in the reader's own time zone, and, where
// something is live, asking for what has changed. Without this script every page still shows and does everything.

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const gatherMs = 120;
const ageEveryMs = 30_000;
const moveMs = 450;

function showTimes(root) {
  for (const time of root.querySelectorAll('time[data-local]')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = dayAndTime.format(date);
    time.title = date.toISOString();
    time.removeAttribute('data-local');
  }
}

/** `3 d`, `5 h`, `12 min`: as the server writes it. */
function describeSpan(ms) {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ];
  const fitting = units.find(([, unitMs]) => ms >= unitMs);
  return fitting === undefined ? 'moments' : `${Math.floor(ms / fitting[1])} ${fitting[0]}`;
}

function showAges(root) {
  for (const time of root.querySelectorAll('time[data-age]')) {
    const ms = Date.now() - Date.parse(time.dateTime);
    const after = time.dataset.age === '' ? '' : ` ${time.dataset.age}`;
    time.textContent = ms < 60_000 ? 'just now' : `${describeSpan(ms)}${after}`;
    time.title = dayAndTime.format(new Date(time.dateTime));
  }
}

function prepare(root) {
  showTimes(root);
  showAges(root);
}

// ---- what is live ----

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Where each card is now, by the id of its task. */
function placesOf(root) {
  const cards = [...root.querySelectorAll('[data-task]')];
  return new Map(
    cards.map((card) => [card.id, { rect: card.getBoundingClientRect(), column: columnOf(card) }]),
  );
}

function columnOf(card) {
  return card.closest('[data-column]')?.dataset.column ?? '';
}

/** Shows where a card that has moved came from, and which ones are new. */
function animateMoves(root, before) {
  for (const card of root.querySelectorAll('[data-task]')) {
    const earlier = before.get(card.id);
    if (earlier !== undefined && earlier.column === columnOf(card)) continue;
    card.classList.add('card-moved');
    setTimeout(() => card.classList.remove('card-moved'), 3 * moveMs);
    if (calm.matches || earlier === undefined) continue;
    const now = card.getBoundingClientRect();
    const from = `translate(${earlier.rect.left - now.left}px, ${earlier.rect.top - now.top}px)`;
    card.animate([{ transform: from }, { transform: 'none' }], { duration: moveMs, easing: 'ease-out' });
  }
}

/** Puts each part of the answer in the place of the one with its id; what somebody is at stays focused. */
function replaceParts(root, markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const before = placesOf(root);
  const focused = document.activeElement?.closest?.('[id]')?.id ?? '';
  for (const part of Array.from(template.content.children)) {
    const place = document.getElementById(part.id);
    if (place === null) continue;
    place.replaceWith(part);
    prepare(part);
    globalThis.htmx?.process(part);
  }
  animateMoves(root, before);
  if (focused !== '' && document.activeElement === document.body) {
    const again = document.getElementById(focused);
    (again?.querySelector('a, button') ?? again)?.focus({ preventScroll: true });
  }
}

class LiveBoard {
  #root;
  #columns = new Set();
  #isAll = false;
  #timer = null;
  #isAsking = false;

  constructor(root) {
    this.#root = root;
    const source = new EventSource(root.dataset.live);
    source.addEventListener('open', () => {
      sayState('live', 'Live');
      // Between the page and its stream something may have happened.
      this.#refresh(null);
    });
    source.addEventListener('error', () => sayState('waiting', 'Connecting again …'));
    source.addEventListener('everything', () => this.#refresh(null));
    source.addEventListener('changed', (event) => {
      for (const { id, step } of JSON.parse(event.data).tasks) this.#refresh({ id, step });
    });
    addEventListener('pagehide', () => source.close());
  }

  /** @param task null: everything */
  #refresh(task) {
    if (task === null) this.#isAll = true;
    else {
      const card = document.getElementById(`task-${task.id}`);
      if (card !== null) this.#columns.add(columnOf(card));
      if (task.step !== null) this.#columns.add(task.step);
    }
    if (this.#timer === null) this.#timer = setTimeout(() => this.#ask(), gatherMs);
  }

  async #ask() {
    this.#timer = null;
    if (this.#isAsking) {
      this.#timer = setTimeout(() => this.#ask(), gatherMs);
      return;
    }
    const root = document.getElementById(this.#root.id) ?? this.#root;
    const columns = [...this.#columns];
    const isUnknown = columns.some((id) => document.getElementById(`column-${id}`) === null);
    const isAll = this.#isAll || isUnknown;
    this.#columns.clear();
    this.#isAll = false;
    this.#isAsking = true;
    try {
      if (isAll) await this.#load(location.href, root, true);
      else await this.#load(partsUrl(root, columns), root, false);
    } finally {
      this.#isAsking = false;
    }
  }

  async #load(url, root, isPage) {
    const response = await fetch(url, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
    const elsewhere = response.headers.get('HX-Redirect');
    if (elsewhere !== null) location.assign(elsewhere);
    if (!response.ok) return;
    const markup = await response.text();
    if (!isPage) return replaceParts(root, markup);
    const fresh = new DOMParser().parseFromString(markup, 'text/html').getElementById(root.id);
    if (fresh !== null) replaceParts(root, fresh.outerHTML);
  }
}

function partsUrl(root, columns) {
  const url = new URL(root.dataset.parts, location.href);
  url.searchParams.set('columns', columns.join(','));
  return url;
}

function sayState(state, text) {
  const place = document.getElementById('live-state');
  if (place === null || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector('span').textContent = text;
}

prepare(document);
document.body.addEventListener('htmx:load', (event) => prepare(event.target));
setInterval(() => showAges(document), ageEveryMs);
const live = document.querySelector('[data-live]');
if (live !== null && 'EventSource' in globalThis) new LiveBoard(live);
