/**
 * Registers the service worker, where the browser has one (HTTPS or this machine), and tells when a
 * new version of the page is there. The first installation is no news.
 */
export function keepShell(onUpdate: (reload: () => void) => void): void {
  if (!('serviceWorker' in navigator)) {
    return;
  }
  const workers = navigator.serviceWorker;
  let asked = false;
  workers.addEventListener('controllerchange', () => {
    if (asked) {
      location.reload();
    }
  });
  const offer = (waiting: ServiceWorker): void =>
    onUpdate(() => {
      asked = true;
      waiting.postMessage('take-over');
    });
  const register = async (): Promise<void> => {
    const registration = await workers.register('/sw.js', { updateViaCache: 'none' });
    if (registration.waiting !== null && workers.controller !== null) {
      offer(registration.waiting);
    }
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && workers.controller !== null) {
          offer(installing);
        }
      });
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        registration.update().catch(() => undefined);
      }
    });
  };
  // What the reader came for is loaded first.
  const begin = (): void => void register().catch(() => undefined);
  if (document.readyState === 'complete') {
    begin();
  } else {
    window.addEventListener('load', begin, { once: true });
  }
}
