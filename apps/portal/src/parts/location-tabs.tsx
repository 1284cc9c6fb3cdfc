import { NavLink } from 'react-router';
import type { Location } from '../api.js';

export type LocationTab = 'overview' | 'installation' | 'alerts' | 'sessions';

const titles: Readonly<Record<LocationTab, string>> = {
  overview: 'Overview',
  installation: 'Installation',
  alerts: 'Alerts',
  sessions: 'Sessions',
};

/** Adding devices takes the electrical right, or to own the place (NB-95). */
export const maySetUp = ({ allowed, through }: Location): boolean =>
  allowed.includes('electrical') || through === 'owner';

/** The tabs that a person has something to do in. */
export function tabsOf(location: Location): readonly LocationTab[] {
  const { allowed } = location;
  const tabs: LocationTab[] = ['overview'];
  if (maySetUp(location)) tabs.push('installation');
  if (allowed.includes('events')) tabs.push('alerts');
  if (allowed.includes('history')) tabs.push('sessions');
  return tabs;
}

/** Links rather than buttons: each tab has an address of its own, and the way back works. */
export function LocationTabs({ location }: { readonly location: Location }) {
  const tabs = tabsOf(location);
  const home = `/locations/${location.locationId}`;
  if (tabs.length === 1) return null;
  return (
    <nav className="tabs" aria-label={`Pages of ${location.name}`}>
      {tabs.map((tab) => (
        <NavLink key={tab} to={tab === 'overview' ? home : `${home}/${tab}`} end>
          {titles[tab]}
        </NavLink>
      ))}
    </nav>
  );
}
