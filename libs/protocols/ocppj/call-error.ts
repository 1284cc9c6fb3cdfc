import type { OcppVersion } from './version.js';

/** OCPP 1.6J 4.2.3, OCPP 2.0.1 part 4, 4.3. The two spell some of them differently. */
export type CallErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'PropertyConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError'
  | 'FormationViolation'
  | 'FormatViolation'
  | 'OccurenceConstraintViolation'
  | 'OccurrenceConstraintViolation'
  | 'MessageTypeNotSupported'
  | 'RpcFrameworkError';

/** Why a call is refused. The description never repeats what was sent: it ends in foreign logs. */
export interface CallRefusal {
  readonly code: CallErrorCode;
  readonly description: string;
}

interface Spelling {
  readonly form: CallErrorCode;
  readonly occurrence: CallErrorCode;
  /** A message that is no call at all. */
  readonly malformed: CallErrorCode;
  /** What stands for the id of a message whose own could not be read; null: such a message is not answered. */
  readonly unreadableId: string | null;
}

const second: Spelling = {
  form: 'FormatViolation',
  occurrence: 'OccurrenceConstraintViolation',
  malformed: 'RpcFrameworkError',
  unreadableId: '-1',
};

/** OCPP 1.6 misspells one code and names another differently; OCPP 2.0.1 part 4, 4.2.3 answers unreadable ids with -1. */
export const spellings: Readonly<Record<OcppVersion, Spelling>> = {
  'ocpp1.6': {
    form: 'FormationViolation',
    occurrence: 'OccurenceConstraintViolation',
    malformed: 'FormationViolation',
    unreadableId: null,
  },
  'ocpp2.0.1': second,
  'ocpp2.1': second,
};

/** The code for one broken schema keyword; a payload that is no object at all breaks the form, not a field's type. */
export function codeForKeyword(version: OcppVersion, keyword: string, atRoot: boolean): CallErrorCode {
  const { form, occurrence } = spellings[version];
  switch (keyword) {
    case 'required':
    case 'minItems':
    case 'maxItems':
      return occurrence;
    case 'additionalProperties':
      return form;
    case 'type':
      return atRoot ? form : 'TypeConstraintViolation';
    default:
      return 'PropertyConstraintViolation';
  }
}
