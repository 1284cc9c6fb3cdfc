import type { Share } from '../../sharing-api.js';

/** How far the taking over is (CS-45), and why it does not go on. */
export function ShareProgress({ share: { progress, status, failure } }: { readonly share: Share }) {
  if (status === 'preparing') return <output>The data is being prepared ...</output>;
  return (
    <>
      <label>
        {status === 'processing' ? 'Being taken over: ' : ''}
        {progress.taken} of {progress.total} taken over
        <progress value={progress.taken} max={Math.max(1, progress.total)} />
      </label>
      {failure !== null && (
        <p role="alert" className="problem">
          {failure}
        </p>
      )}
    </>
  );
}
