import { answerRoutes } from './answer-routes.js';
import { auditRoutes } from './audit-routes.js';
import { billingRoutes } from './billing-routes.js';
import { commandRoutes } from './command-routes.js';
import { companyRoutes } from './company-routes.js';
import { deviceRoutes } from './device-routes.js';
import { grantRoutes } from './grant-routes.js';
import { historyRoutes } from './history-routes.js';
import { hubAccessRoutes } from './hub-access-routes.js';
import { invitationRoutes } from './invitation-routes.js';
import { liveRoutes } from './live-routes.js';
import { locationRoutes } from './location-routes.js';
import { meRoutes } from './me-routes.js';
import { operationRoutes } from './operation-routes.js';
import { organisationRoutes } from './organisation-routes.js';
import { resellerRoutes } from './reseller-routes.js';
import { serviceRoutes } from './service-routes.js';
import { transferRoutes } from './transfer-routes.js';
import type { RouteContract } from './route.js';

/** Everything Busbar answers over HTTP, besides the identity library's own /api/auth. */
export const allRoutes: readonly RouteContract[] = [
  meRoutes,
  answerRoutes,
  organisationRoutes,
  companyRoutes,
  resellerRoutes,
  serviceRoutes,
  billingRoutes,
  locationRoutes,
  grantRoutes,
  invitationRoutes,
  transferRoutes,
  hubAccessRoutes,
  auditRoutes,
  deviceRoutes,
  liveRoutes,
  historyRoutes,
  commandRoutes,
  operationRoutes,
].flatMap((table) => Object.values<RouteContract>(table));
