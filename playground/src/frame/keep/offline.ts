/** Lets the browser keep the page for when there is no network. Only the built page has what it needs. */
export const keepOffline = async (): Promise<void> => {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('./service-worker.js');
  } catch {
    // Not from a file, not in every private window: the page works without.
  }
};
