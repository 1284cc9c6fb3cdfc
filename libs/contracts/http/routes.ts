import { alertRoutes } from './alert-routes.js';
import { answerRoutes } from './answer-routes.js';
import { auditRoutes } from './audit-routes.js';
import { billingRoutes } from './billing-routes.js';
import { bulkCommandRoutes } from './bulk-command-routes.js';
import { checklistRoutes, residualCurrentRoutes } from './checklist-routes.js';
import { claimRoutes } from './claim-routes.js';
import { campaignRoutes } from './campaign-routes.js';
import { commandRoutes } from './command-routes.js';
import { customerPortalRoutes } from './customer-portal-routes.js';
import { connectionRoutes } from './connection-routes.js';
import { customerRoutes } from './customer-routes.js';
import { companyRoutes } from './company-routes.js';
import { deviceRoutes } from './device-routes.js';
import { deviceSecurityRoutes } from './device-security-routes.js';
import { documentRoutes } from './document-routes.js';
import { factoryRoutes } from './factory-routes.js';
import { firmwareRoutes } from './firmware-routes.js';
import { grantRoutes } from './grant-routes.js';
import { historyRoutes } from './history-routes.js';
import { inboxRoutes } from './inbox-routes.js';
import { installationRoutes } from './installation-routes.js';
import { hubAccessRoutes } from './hub-access-routes.js';
import { invitationRoutes } from './invitation-routes.js';
import { letterheadRoutes } from './letterhead-routes.js';
import { liveRoutes } from './live-routes.js';
import { locationRoutes } from './location-routes.js';
import { meRoutes } from './me-routes.js';
import { nodeLimitRoutes } from './node-limit-routes.js';
import { operationRoutes } from './operation-routes.js';
import { organisationRoutes } from './organisation-routes.js';
import { portalAccessRoutes } from './portal-access-routes.js';
import { priceRoutes } from './price-routes.js';
import { shareProcessingRoutes } from './share-processing-routes.js';
import { shareRoutes } from './share-routes.js';
import { sharedGrantRoutes } from './shared-grant-routes.js';
import { quarantineRoutes } from './quarantine-routes.js';
import { releaseRoutes } from './release-routes.js';
import { resellerRoutes } from './reseller-routes.js';
import { serviceRoutes } from './service-routes.js';
import { tokenRoutes } from './token-routes.js';
import { transferRoutes } from './transfer-routes.js';
import { variableRoutes } from './variable-routes.js';
import type { RouteContract } from './route.js';

/** Everything Busbar answers over HTTP, besides the identity library's own /api/auth. */
export const allRoutes: readonly RouteContract[] = [
  meRoutes,
  answerRoutes,
  organisationRoutes,
  customerRoutes,
  companyRoutes,
  resellerRoutes,
  serviceRoutes,
  billingRoutes,
  locationRoutes,
  nodeLimitRoutes,
  priceRoutes,
  tokenRoutes,
  quarantineRoutes,
  installationRoutes,
  letterheadRoutes,
  documentRoutes,
  portalAccessRoutes,
  customerPortalRoutes,
  grantRoutes,
  connectionRoutes,
  inboxRoutes,
  shareRoutes,
  shareProcessingRoutes,
  sharedGrantRoutes,
  invitationRoutes,
  transferRoutes,
  hubAccessRoutes,
  auditRoutes,
  factoryRoutes,
  claimRoutes,
  releaseRoutes,
  checklistRoutes,
  residualCurrentRoutes,
  deviceRoutes,
  variableRoutes,
  deviceSecurityRoutes,
  liveRoutes,
  historyRoutes,
  alertRoutes,
  firmwareRoutes,
  campaignRoutes,
  commandRoutes,
  bulkCommandRoutes,
  operationRoutes,
].flatMap((table) => Object.values<RouteContract>(table));
