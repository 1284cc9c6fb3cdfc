export const API_CONFIG = Symbol('API configuration');

export interface ApiConfig {
  /** Folder of the built portal; null, or a folder that is not there, serves no portal. */
  readonly portalFolder: string | null;
  /** Who answers the sharing routes and sign-in: SharingModule in this process, or another process behind this one. */
  readonly sharing: { readonly mode: 'in-process' } | { readonly mode: 'proxy'; readonly url: string };
}
