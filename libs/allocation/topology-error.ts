/** Why a site's electrical description is refused. `path` points at the offending part of the document. */
export interface TopologyError {
  readonly code:
    | 'topology-root'
    | 'topology-duplicate'
    | 'topology-unknown-node'
    | 'topology-cycle'
    | 'topology-child-above-parent'
    | 'topology-not-a-number'
    | 'topology-minimum'
    | 'topology-missing-line'
    | 'topology-rotation';
  readonly path: string;
  /** One sentence that says what to change. */
  readonly message: string;
}
