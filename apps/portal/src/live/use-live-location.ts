import { useEffect, useReducer } from 'react';
import { browserEventSource, openLiveStream } from '#libs/sdk/live-stream.js';
import { emptyLocation, reduceLive, type LiveAction, type LiveLocation } from './live-location.js';

/** Follows the live stream of a location while the page shows it. `note` takes in what the page learns by other ways. */
export function useLiveLocation(locationId: string): {
  live: LiveLocation;
  note: (action: LiveAction) => void;
} {
  const [live, note] = useReducer(reduceLive, emptyLocation);
  useEffect(() => {
    note({ type: 'reset' });
    const stream = openLiveStream(
      '',
      locationId,
      {
        snapshot: (data) => note({ type: 'snapshot', data }),
        device: (data) => note({ type: 'device', data }),
        site: (data) => note({ type: 'site', data }),
        command: (data) => note({ type: 'command', data }),
        end: (data) => note({ type: 'end', data }),
        connected: (data) => note({ type: 'connected', data }),
      },
      browserEventSource,
    );
    return () => stream.close();
  }, [locationId]);
  return { live, note };
}
