// Small things that a page of the board does by itself: times in the reader's own time zone, ages that grow, texts to
// copy. Without this script every page still shows and does everything.

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const ageEveryMs = 30_000;

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

/** In hours until there are more than two days left: as the server writes it. What is over the server says. */
function showTimesLeft(root) {
  for (const time of root.querySelectorAll('time[data-left]')) {
    const ms = Date.parse(time.dateTime) - Date.now();
    const isInDays = ms >= 48 * 3_600_000;
    if (ms > 0)
      time.textContent = ms < 3_600_000 || isInDays ? describeSpan(ms) : `${Math.round(ms / 3_600_000)} h`;
    time.title = dayAndTime.format(new Date(time.dateTime));
  }
}

function prepare(root) {
  showTimes(root);
  showSpans(root);
}

/** What changes with the time alone. */
function showSpans(root) {
  showAges(root);
  showTimesLeft(root);
}

prepare(document);
document.body.addEventListener('htmx:load', (event) => prepare(event.target));
setInterval(() => showSpans(document), ageEveryMs);
// What is pasted elsewhere is copied with a click, where the browser lets a page do that.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', () => {
    const text = button.parentElement.querySelector('pre').textContent;
    const said = (words) => () => void (button.textContent = words);
    navigator.clipboard.writeText(text).then(said('Copied'), said('Copy it by hand'));
  });
}
// On a phone the list of workflows is one line, which begins with others.
const chosen = document.querySelector('.aside a[aria-current]');
const list = chosen?.closest('ul');
if (chosen && list) list.scrollLeft = chosen.offsetLeft - list.offsetLeft - 16;
