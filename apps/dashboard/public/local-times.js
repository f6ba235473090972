// Times are written in UTC, which the server knows; here they are told in the reader's own zone, with the exact time on hover.
(() => {
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
  const tell = (root) => {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.textContent = day.format(at);
      time.title = `${exact.format(at)} (${at.toISOString()})`;
    }
  };
  tell(document);
  document.addEventListener('htmx:load', ({ detail }) => tell(detail.elt));
})();
