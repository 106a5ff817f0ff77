// What is live on a page of the board: it asks for what has changed, and shows it where it is. It comes after board.js.

const gatherMs = 120;
/** After an answer that did not come, or was none. */
const retryMs = 3_000;
/** Three times as long as the server is ever silent. */
const silentMs = 60_000;
const moveMs = 450;

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

/** How far the columns, and the lists of cards in them, are scrolled. */
function scrollsOf() {
  return ['.kanban', '.cards'].flatMap((name) =>
    [...document.querySelectorAll(name)].map((list) => {
      const { scrollTop: top, scrollLeft: left } = list;
      return { name, id: list.closest('[id]').id, top, left };
    }),
  );
}

function scrollAgain(scrolls) {
  for (const { name, id, top, left } of scrolls) {
    document.getElementById(id)?.querySelector(name)?.scrollTo({ top, left, behavior: 'instant' });
  }
}

/** Puts each part of the answer in the place of the one with its id; what somebody is at stays focused and in sight. */
function replaceParts(root, markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const before = placesOf(root);
  const scrolls = scrollsOf();
  const focused = document.activeElement?.closest?.('[id]')?.id ?? '';
  for (const part of Array.from(template.content.children)) {
    const place = document.getElementById(part.id);
    if (place === null) continue;
    place.replaceWith(part);
    prepare(part);
    globalThis.htmx?.process(part);
  }
  scrollAgain(scrolls);
  animateMoves(root, before);
  if (focused !== '' && document.activeElement === document.body) {
    const again = document.getElementById(focused);
    (again?.querySelector('a, button') ?? again)?.focus({ preventScroll: true });
  }
}

/**
 * Tells what the server tells, and everything anew when the connection is there again. A page that nobody looks at has
 * none: browsers keep no more than six to one site, and a seventh page would wait for ever.
 */
class Stream {
  #url;
  #handlers;
  #source = null;
  #timer = null;
  #heardAt = 0;

  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
    document.addEventListener('visibilitychange', () => this.#follow());
    addEventListener('pagehide', () => this.#close());
    addEventListener('pageshow', () => this.#follow());
    setInterval(() => this.#checkSilence(), silentMs / 4);
    this.#follow();
  }

  #follow() {
    if (document.visibilityState === 'hidden') this.#close();
    else if (this.#source === null) this.#open();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #open() {
    clearTimeout(this.#timer);
    const source = new EventSource(this.#url);
    this.#source = source;
    this.#heardAt = Date.now();
    const on = (name, handle) =>
      source.addEventListener(name, (event) => {
        this.#heardAt = Date.now();
        handle(event);
      });
    on('open', () => {
      sayState('live', 'Live');
      // Between the page and its stream something may have happened.
      this.#handlers.onEverything();
    });
    on('alive', () => {});
    on('everything', () => this.#handlers.onEverything());
    on('changed', (event) => this.#handlers.onTasks(JSON.parse(event.data).tasks));
    source.addEventListener('error', () => {
      sayState('waiting', 'Connecting again …');
      if (source.readyState === EventSource.CLOSED) this.#tryLater();
    });
  }

  /** An answer that is no stream is final for the browser: a proxy's, say, while Baton is started again. */
  #tryLater() {
    this.#close();
    // It also finds out that somebody is signed out, or may not see this any more.
    this.#handlers.onEverything();
    this.#timer = setTimeout(() => this.#follow(), retryMs * (1 + Math.random()));
  }

  /** A connection may be gone without a word, when a computer has slept, say. */
  #checkSilence() {
    if (this.#source === null || Date.now() - this.#heardAt < silentMs) return;
    sayState('waiting', 'Connecting again …');
    this.#close();
    this.#follow();
  }
}

/** Null when there is no answer, or none that can be shown. */
async function ask(url) {
  try {
    const response = await fetch(url, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
    const elsewhere = response.headers.get('HX-Redirect');
    if (elsewhere !== null) location.assign(elsewhere);
    // What was shown is not there any more, or not for this person.
    else if (response.status === 404) location.reload();
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** A page as it is now. */
async function askPage(url) {
  const markup = await ask(url);
  return markup === null ? null : new DOMParser().parseFromString(markup, 'text/html');
}

/** What of the page of a board can change, by its ids. */
const boardParts = ['workflow-head', 'workflow-state', 'kanban'];

/** All of it as it is now; null when there is no answer, or none with a board. */
async function askBoard(url) {
  const fresh = await askPage(url);
  const parts = boardParts.map((id) => fresh?.getElementById(id) ?? null);
  return parts.includes(null) ? null : parts.map((part) => part.outerHTML).join('');
}

class LiveBoard {
  #root;
  #columns = new Set();
  /** Whether a task has ended since it was asked for those that have. */
  #hasEnded = false;
  #isAll = false;
  #timer = null;
  #isAsking = false;

  constructor(root) {
    this.#root = root;
    new Stream(root.dataset.live, {
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
      if (task.step === null) this.#hasEnded = true;
      else this.#columns.add(task.step);
    }
    if (this.#timer === null) this.#timer = setTimeout(() => this.#ask(), gatherMs);
  }

  async #ask() {
    this.#timer = null;
    if (this.#isAsking) {
      this.#timer = setTimeout(() => this.#ask(), gatherMs);
      return;
    }
    const columns = [...this.#columns];
    const hasEnded = this.#hasEnded;
    const isUnknown = columns.some((id) => document.getElementById(`column-${id}`) === null);
    const isAll = this.#isAll || isUnknown;
    const root = () => document.getElementById(this.#root.id) ?? this.#root;
    const urlNow = () =>
      (isAll ? withShown(root(), location.href) : partsUrl(root(), columns, hasEnded)).href;
    const url = urlNow();
    this.#columns.clear();
    this.#hasEnded = false;
    this.#isAll = false;
    this.#isAsking = true;
    try {
      const markup = isAll ? await askBoard(url) : await ask(url);
      // Somebody has asked for more cards meanwhile, or for others; their answer needs the place that it is for.
      const isAsked = url !== urlNow() || document.querySelector('.htmx-request') !== null;
      if (isAsked) this.#askAgain({ isAll, columns, hasEnded }, gatherMs);
      else if (markup === null) this.#askAgain({ isAll, columns, hasEnded }, retryMs);
      else replaceParts(root(), markup);
    } finally {
      this.#isAsking = false;
    }
  }

  #askAgain({ isAll, columns, hasEnded }, afterMs) {
    if (isAll) this.#isAll = true;
    if (hasEnded) this.#hasEnded = true;
    for (const column of columns) this.#columns.add(column);
    this.#timer ??= setTimeout(() => this.#ask(), afterMs);
  }
}

/** One task: shown anew when it changes, unless somebody is writing something on its page. */
class LiveTask {
  #isDirty = false;
  #timer = null;
  #isAsking = false;
  #shown = '';
  #url;

  constructor(root) {
    this.#shown = root.dataset.version;
    this.#url = root.dataset.page;
    root.addEventListener('input', () => {
      this.#isDirty = true;
    });
    const refresh = () => this.#refreshIn(gatherMs);
    new Stream(root.dataset.liveTask, { onEverything: refresh, onTasks: refresh });
  }

  #refreshIn(ms) {
    if (this.#timer === null) this.#timer = setTimeout(() => this.#refresh(), ms);
  }

  /** One after the other: an older answer never comes after a newer one. */
  async #refresh() {
    this.#timer = null;
    if (this.#isAsking) return this.#refreshIn(gatherMs);
    this.#isAsking = true;
    try {
      const fresh = await askPage(this.#url);
      if (fresh === null) this.#refreshIn(retryMs);
      else this.#show(fresh);
    } finally {
      this.#isAsking = false;
    }
  }

  #show(fresh) {
    const root = document.getElementById('task');
    const next = fresh.getElementById('task');
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

function partsUrl(root, columns, hasEnded) {
  const url = withShown(root, root.dataset.parts);
  url.searchParams.set('columns', columns.join(','));
  if (hasEnded) url.searchParams.set('ended', 'yes');
  return url;
}

/** Asks for as many cards of each column as are shown of it now. */
function withShown(root, address) {
  const url = new URL(address, location.href);
  url.hash = '';
  const more = [...root.querySelectorAll('[data-shown]')].map(
    ({ dataset }) => `${dataset.column}:${dataset.shown}`,
  );
  if (more.length === 0) url.searchParams.delete('more');
  else url.searchParams.set('more', more.join(','));
  return url;
}

/** What was said last: a page that somebody goes back to comes without it. */
let said = null;

function sayState(state, text) {
  said = [state, text];
  const place = document.getElementById('live-state');
  if (place === null || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector('span').textContent = text;
}

// More cards come behind those that are looked at.
document.body.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (!detail.target.matches('.column')) return;
  const scrolls = scrollsOf();
  document.body.addEventListener('htmx:afterSwap', () => scrollAgain(scrolls), { once: true });
});
document.body.addEventListener('htmx:historyRestore', () => {
  if (said !== null) sayState(...said);
});
const live = document.querySelector('[data-live]');
const liveTask = document.querySelector('[data-live-task]');
if (live !== null) new LiveBoard(live);
else if (liveTask !== null) new LiveTask(liveTask);
