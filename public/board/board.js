// Times in the reader's own time zone. Without this script they stand there in UTC.
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function showLocalTimes(root) {
  for (const time of root.querySelectorAll('time[data-local]')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = dayAndTime.format(date);
    time.title = date.toISOString();
    time.removeAttribute('data-local');
  }
}

showLocalTimes(document);
document.body.addEventListener('htmx:load', (event) => showLocalTimes(event.target));
