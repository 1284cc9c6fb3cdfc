import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, unwrap, type Me } from '../api.js';
import type { Customer } from '../customer-api.js';
import { PortalSwitch } from '../parts/portal-switch.js';
import { ProblemNote } from '../parts/problem-note.js';
import { booksOf } from '../suppliers.js';

/** The customers of one of my organisations, and the portal of each. */
export function CustomersPage({ person }: { readonly person: Me }) {
  const organisations = booksOf(person);
  const [chosen, choose] = useState(organisations[0]?.organisationId ?? '');
  if (organisations.length === 0) {
    return <p className="page-note">Only members of an organisation who may edit its customers see them.</p>;
  }
  return (
    <>
      <h1>Customers</h1>
      {organisations.length > 1 && (
        <label>
          Organisation
          <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            {organisations.map(({ organisationId, name }) => (
              <option key={organisationId} value={organisationId}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <CustomerList key={chosen} organisationId={chosen} />
    </>
  );
}

function CustomerList({ organisationId }: { readonly organisationId: string }) {
  const [search, setSearch] = useState('');
  const [problem, setProblem] = useState<Error | null>(null);
  const customers = useQuery({
    queryKey: ['customers', organisationId, search],
    queryFn: () =>
      unwrap(
        api.GET('/v1/organisations/{organisationId}/customers', {
          params: { path: { organisationId }, query: search === '' ? {} : { search } },
        }),
      ),
    placeholderData: (before) => before,
  });
  const create = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entry = new FormData(form);
    const reference = String(entry.get('reference')).trim();
    setProblem(null);
    try {
      await unwrap(
        api.POST('/v1/organisations/{organisationId}/customers', {
          params: { path: { organisationId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: { name: String(entry.get('name')), reference: reference === '' ? null : reference },
        }),
      );
      form.reset();
      await customers.refetch();
    } catch (error) {
      setProblem(error as Error);
    }
  };

  return (
    <>
      <form className="share" onSubmit={(event) => void create(event)}>
        <label>
          Name of the customer
          <input name="name" required maxLength={120} autoComplete="off" />
        </label>
        <label>
          Your number for it
          <input name="reference" maxLength={60} autoComplete="off" />
        </label>
        <button type="submit">Add customer</button>
      </form>
      {problem && <ProblemNote error={problem} />}
      <label className="search">
        Search by name or number
        <input type="search" value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
      </label>
      {customers.error && <ProblemNote error={customers.error} />}
      {customers.data?.items.length === 0 && <p className="page-note">No customer here.</p>}
      {customers.data?.items.map((customer) => (
        <CustomerCard key={customer.customerId} organisationId={organisationId} customer={customer} />
      ))}
      {customers.data && customers.data.nextCursor !== null && (
        <p className="page-note">There are more; search for the one you need.</p>
      )}
    </>
  );
}

function CustomerCard({
  organisationId,
  customer,
}: {
  readonly organisationId: string;
  readonly customer: Customer;
}) {
  const [open, setOpen] = useState(false);
  const { customerId, name, reference, locationCount } = customer;
  return (
    <section className="card" aria-label={name}>
      <button type="button" className="row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <strong>{name}</strong>
        <span className="faint">
          {[reference, `${locationCount} ${locationCount === 1 ? 'location' : 'locations'}`]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="more">Customer portal</span>
      </button>
      {open && <PortalSwitch place={{ organisationId, customerId }} />}
    </section>
  );
}
