/** The page that says that the database is away: looks every three seconds, and fetches the wanted page when it is back. */
const LOOK_MS = 3_000;

async function look() {
  const ready = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_MS) }).then(
    (response) => response.ok,
    () => false,
  );
  // The address again, by GET: a form is not sent a second time.
  if (ready) location.replace(location.href);
  else setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
