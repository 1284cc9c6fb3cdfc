import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, Route, Routes } from 'react-router';
import { signOut } from '#libs/sdk/session.js';
import { currentPerson, type Me } from './api.js';
import { LocationPage } from './pages/location-page.js';
import { LocationsPage } from './pages/locations-page.js';
import { SignInPage } from './pages/sign-in-page.js';

export function App() {
  const person = useQuery({ queryKey: ['me'], queryFn: currentPerson, retry: false });
  if (person.isPending) return <p className="page-note">Loading ...</p>;
  if (!person.data) return <SignInPage />;
  return (
    <>
      <Header person={person.data} />
      <main>
        <Routes>
          <Route path="/" element={<LocationsPage />} />
          <Route path="/locations/:locationId" element={<LocationPage />} />
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
      <Link to="/" className="brand" aria-label="Busbar, my locations">
        <span className="bars" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        Busbar
      </Link>
      <span className="who">{person.name}</span>
      <button type="button" className="quiet" onClick={() => void leave()}>
        Sign out
      </button>
    </header>
  );
}
