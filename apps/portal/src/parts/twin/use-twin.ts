import { useQuery } from '@tanstack/react-query';
import { twinOf, type Twin } from '../../site-api.js';

/** The twin of a device, looked at more often while a wish is on its way. */
export const useTwin = (deviceId: string) =>
  useQuery({
    queryKey: ['twin', deviceId],
    queryFn: () => twinOf(deviceId),
    refetchInterval: ({ state: { data } }) => (data && isWaiting(data) ? 2_000 : 15_000),
  });

const isWaiting = ({ keys }: Twin): boolean => Object.values(keys).some((key) => key?.state === 'waiting');
