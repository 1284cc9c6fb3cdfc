import type { AuthorizeRequest, IdToken } from '#libs/protocols/ocpp201/payloads.js';
import type { CallHandler } from '../../call-handler.js';
import { idTokenInfo } from '../id-token-info.js';
import type { TokenLookup } from '../../v16/handlers/authorize.js';

/** OCPP 2.0.1 C02: the station asks for nobody's permission and only says so. */
export const asksForNobody = (idToken: IdToken): boolean => idToken.type === 'NoAuthorization';

/**
 * OCPP 2.0.1 C01: is this token good at this location? A contract certificate (C07) cannot be verified while no authority
 * for contracts is known, and a token that came with an unverified one is not accepted.
 */
export const authorize =
  (ports: { tokenInfo: TokenLookup }): CallHandler<AuthorizeRequest> =>
  async ({ device, request, receivedAt }) => {
    if (request.certificate !== undefined || request.iso15118CertificateHashData !== undefined)
      return { idTokenInfo: { status: 'Invalid' }, certificateStatus: 'NoCertificateAvailable' };
    if (asksForNobody(request.idToken)) return { idTokenInfo: { status: 'Accepted' } };
    const { idToken, type } = request.idToken;
    return { idTokenInfo: idTokenInfo(await ports.tokenInfo(device, idToken, receivedAt), type) };
  };
