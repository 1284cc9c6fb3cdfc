/** OCPP 1.6J 4.2.3: every code a CALLERROR may carry, spelt as the specification spells it ("Occurence", "Formation"). */
export type CallErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'FormationViolation'
  | 'PropertyConstraintViolation'
  | 'OccurenceConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError';

/** Why a call is refused. The description never repeats what was sent: it ends in foreign logs. */
export interface CallRefusal {
  readonly code: CallErrorCode;
  readonly description: string;
}

/** JSON schema keyword -> OCPP 1.6J error code. Keywords that are not listed judge a value: PropertyConstraintViolation. */
const codeByKeyword: Readonly<Record<string, CallErrorCode>> = {
  required: 'OccurenceConstraintViolation',
  minItems: 'OccurenceConstraintViolation',
  maxItems: 'OccurenceConstraintViolation',
  additionalProperties: 'FormationViolation',
  type: 'TypeConstraintViolation',
};

/** The code for one broken schema keyword; a payload that is no object at all breaks the form, not a field's type. */
export function codeForKeyword(keyword: string, atRoot: boolean): CallErrorCode {
  if (keyword === 'type' && atRoot) return 'FormationViolation';
  return codeByKeyword[keyword] ?? 'PropertyConstraintViolation';
}
