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

/** Tells what the server tells, and everything anew when the connection is there again. */
function listen(url, { onEverything, onTasks }) {
  const source = new EventSource(url);
  source.addEventListener('open', () => {
    sayState('live', 'Live');
    // Between the page and its stream something may have happened.
    onEverything();
  });
  source.addEventListener('error', () => sayState('waiting', 'Connecting again …'));
  source.addEventListener('everything', onEverything);
  source.addEventListener('changed', (event) => onTasks(JSON.parse(event.data).tasks));
  addEventListener('pagehide', () => source.close());
}

async function ask(url) {
  const response = await fetch(url, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
  const elsewhere = response.headers.get('HX-Redirect');
  if (elsewhere !== null) location.assign(elsewhere);
  return response.ok ? response.text() : null;
}

/** A page as it is now. */
async function askPage(url) {
  const markup = await ask(url);
  return markup === null ? null : new DOMParser().parseFromString(markup, 'text/html');
}

class LiveBoard {
  #root;
  #columns = new Set();
  #isAll = false;
  #timer = null;
  #isAsking = false;

  constructor(root) {
    this.#root = root;
    listen(root.dataset.live, {
      onEverything: () => this.#refresh(null),
      onTasks: (tasks) => tasks.forEach((task) => this.#refresh(task)),
    });
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
      const markup = isAll
        ? ((await askPage(location.href.split('#')[0]))?.getElementById(root.id)?.outerHTML ?? null)
        : await ask(partsUrl(root, columns));
      if (markup !== null) replaceParts(root, markup);
    } finally {
      this.#isAsking = false;
    }
  }
}

/** One task: shown anew when it changes, unless somebody is writing something on its page. */
class LiveTask {
  #isDirty = false;
  #timer = null;
  #shown = '';
  #url;

  constructor(root) {
    this.#shown = root.dataset.version;
    this.#url = root.dataset.page;
    root.addEventListener('input', () => {
      this.#isDirty = true;
    });
    const refresh = () => {
      if (this.#timer === null) this.#timer = setTimeout(() => this.#refresh(), gatherMs);
    };
    listen(root.dataset.liveTask, { onEverything: refresh, onTasks: refresh });
  }

  async #refresh() {
    this.#timer = null;
    const fresh = await askPage(this.#url);
    const root = document.getElementById('task');
    const next = fresh?.getElementById('task') ?? null;
    if (root === null || next === null || next.dataset.version === this.#shown) return;
    this.#shown = next.dataset.version;
    if (this.#isDirty) return sayChanged();
    const open = [...root.querySelectorAll('details[open][id]')].map(({ id }) => id);
    for (const id of ['task-head', 'task-body']) {
      const part = fresh.getElementById(id);
      if (part !== null) replaceParts(root, part.outerHTML);
    }
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  }
}

/** What somebody has written stays; they decide when to look again. */
function sayChanged() {
  const notice = document.createElement('p');
  notice.className = 'notice';
  const link = document.createElement('a');
  link.href = document.getElementById('task')?.dataset.page ?? location.pathname;
  link.textContent = 'Load it again';
  notice.append('This task has changed while you were writing. ', link, ' to see how it stands.');
  document.getElementById('notices')?.replaceChildren(notice);
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
const liveTask = document.querySelector('[data-live-task]');
if (live !== null) new LiveBoard(live);
else if (liveTask !== null) new LiveTask(liveTask);
