// Dates in the reader's language and time zone; without this script they are in English and UTC.
const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
for (const time of document.querySelectorAll('time[datetime]')) {
  const timeStyle = time.dataset.style === 'date' ? undefined : 'short';
  time.textContent = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle }).format(
    new Date(time.dateTime),
  );
  time.lang = locale;
}
document.querySelector('.zone').textContent = `Times are in ${timeZone}.`;
