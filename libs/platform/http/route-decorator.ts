import {
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  Res,
  SetMetadata,
} from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { RouteContract } from '#libs/contracts/http/route.js';
import type { GuardedRequest, RouteAnswer, RouteRequest } from './route-request.js';

export const routeContractKey = Symbol('Route contract');

const methods = {
  get: RequestMethod.GET,
  post: RequestMethod.POST,
  put: RequestMethod.PUT,
  patch: RequestMethod.PATCH,
  delete: RequestMethod.DELETE,
} as const;

const FromContract = createParamDecorator((_: undefined, context: ExecutionContext) => {
  const { routeRequest } = context.switchToHttp().getRequest<GuardedRequest>();
  return routeRequest;
});

/** Binds a controller method to its contract: path, validation, access, answer. The method's types follow from it. */
export function Route<Contract extends RouteContract>(contract: Contract) {
  return <Handler extends (request: RouteRequest<Contract>) => Promise<RouteAnswer<Contract>>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    const path = contract.path.replaceAll(/\{(\w+)\}/g, ':$1');
    RequestMapping({ path, method: methods[contract.method] })(target, name, descriptor);
    SetMetadata(routeContractKey, contract)(target, name, descriptor);
    HttpCode(contract.response.status)(target, name, descriptor);
    FromContract()(target, name, 0);
    // Tells Nest that the handler itself writes the response.
    if (contract.response.kind === 'events') Res()(target, name, 1);
  };
}
