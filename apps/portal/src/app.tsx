import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, Route, Routes } from 'react-router';
import { signOut } from '#libs/sdk/session.js';
import { currentPerson, type Me } from './api.js';
import { CustomerPortalPage } from './pages/customer-portal-page.js';
import { CustomersPage } from './pages/customers-page.js';
import { LocationPage } from './pages/location-page.js';
import { LocationsPage } from './pages/locations-page.js';
import { OrganisationPage } from './pages/organisation-page.js';
import { OrganisationsPage } from './pages/organisations-page.js';
import { ServicesPage } from './pages/services-page.js';
import { SharePage } from './pages/share-page.js';
import { SignInPage } from './pages/sign-in-page.js';
import { Brand } from './parts/brand.js';
import { booksOf } from './suppliers.js';

/** A customer of an organisation has no account: his portal asks for no person. */
export function App() {
  return (
    <Routes>
      <Route path="/customer" element={<CustomerPortalPage />} />
      <Route path="*" element={<PartnerPortal />} />
    </Routes>
  );
}

function PartnerPortal() {
  const person = useQuery({ queryKey: ['me'], queryFn: currentPerson, retry: false });
  if (person.isPending) return <p className="page-note">Loading ...</p>;
  if (!person.data) return <SignInPage />;
  return (
    <>
      <Header person={person.data} />
      <main>
        <Routes>
          <Route path="/" element={<LocationsPage />} />
          <Route path="/locations/:locationId/:tab?" element={<LocationPage />} />
          <Route path="/customers" element={<CustomersPage person={person.data} />} />
          <Route path="/organisations" element={<OrganisationsPage />} />
          <Route path="/organisations/:organisationId" element={<OrganisationPage />} />
          <Route path="/organisations/:organisationId/services" element={<ServicesPage />} />
          <Route path="/organisations/:organisationId/shares/:shareId" element={<SharePage />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </main>
    </>
  );
}

function Header({ person }: { readonly person: Me }) {
  const queries = useQueryClient();
  const leave = async () => {
    await signOut('');
    queries.clear();
    await queries.resetQueries({ queryKey: ['me'] });
  };
  return (
    <header className="top">
      <Brand to="/" label="Busbar, my locations" />
      {booksOf(person).length > 0 && <Link to="/customers">Customers</Link>}
      <Link to="/organisations">Organisations</Link>
      <span className="who">{person.name}</span>
      <button type="button" className="quiet" onClick={() => void leave()}>
        Sign out
      </button>
    </header>
  );
}
