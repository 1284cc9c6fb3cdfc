import { useId, useRef } from 'react';

interface ConfirmButtonProps {
  readonly label: string;
  /** The name for assistive technology, where the label alone does not say what it is about. */
  readonly name: string;
  /** What will happen, in a sentence. */
  readonly question: string;
  readonly quiet: boolean;
  readonly disabled: boolean;
  readonly onConfirm: () => void;
}

/** Something that is not easily undone: asks first. Escape keeps everything as it is. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, name, question, quiet, disabled, onConfirm } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const answer = (yes: boolean) => {
    dialog.current?.close();
    if (yes) onConfirm();
  };
  return (
    <>
      <button
        type="button"
        className={quiet ? 'quiet' : ''}
        aria-label={name}
        disabled={disabled}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <h2 id={title}>{name}</h2>
        <p>{question}</p>
        <div className="actions">
          <button type="button" onClick={() => answer(true)}>
            Yes, {label.toLowerCase()}
          </button>
          <button type="button" className="quiet" onClick={() => answer(false)}>
            Leave it as it is
          </button>
        </div>
      </dialog>
    </>
  );
}
