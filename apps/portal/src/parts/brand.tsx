import { Link } from 'react-router';

/** The three bars and the name, as the way home. */
export function Brand({ to, label }: { readonly to: string; readonly label: string }) {
  return (
    <Link to={to} className="brand" aria-label={label}>
      <span className="bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      Busbar
    </Link>
  );
}
