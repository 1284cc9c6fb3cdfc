import { useState } from 'react';
import type { Schemas } from '#libs/sdk/client.js';
import { ConfirmButton } from '../confirm-button.js';

export type Reseller = Schemas['ListedReseller'];

interface ActivateServiceProps {
  readonly hubName: string;
  readonly resellers: readonly Reseller[] | null | undefined;
  readonly busy: boolean;
  readonly onActivate: (choice: { resellerId?: string; packageId?: string }) => void;
}

/** Which package, billed to which reseller: the only one is chosen already (AJ-24, AJ-25). */
export function ActivateService({ hubName, resellers, busy, onActivate }: ActivateServiceProps) {
  const [resellerId, setReseller] = useState('');
  const [packageId, setPackage] = useState('');
  if (resellers === undefined) return <p className="page-note">Loading ...</p>;
  if (resellers?.length === 0) {
    return <p className="page-note">No reseller has approved the company yet. Ask one, and wait for it.</p>;
  }
  const reseller =
    resellers?.length === 1 ? resellers[0] : resellers?.find((each) => each.resellerId === resellerId);
  const packages = reseller?.packages ?? [];
  const chosen = packages.length === 1 ? packages[0] : packages.find((each) => each.packageId === packageId);
  const name = chosen?.name ?? 'the service';
  return (
    <div className="share whole-line">
      {resellers && resellers.length > 0 && (
        <>
          <label>
            Reseller
            <select
              value={reseller?.resellerId ?? ''}
              onChange={({ currentTarget: { value } }) => {
                setReseller(value);
                setPackage('');
              }}
            >
              <option value="" disabled>
                Choose one
              </option>
              {resellers.map((each) => (
                <option key={each.resellerId} value={each.resellerId}>
                  {each.name}
                </option>
              ))}
            </select>
          </label>
          <label>
            Package
            <select
              value={chosen?.packageId ?? ''}
              onChange={({ currentTarget: { value } }) => setPackage(value)}
            >
              <option value="" disabled>
                Choose one
              </option>
              {packages.map((each) => (
                <option key={each.packageId} value={each.packageId}>
                  {each.name}, {price(each)} a month
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      <ConfirmButton
        label="Activate"
        name={`Activate ${name} on ${hubName}`}
        question={
          reseller
            ? `${reseller.name} is billed for it from now on.`
            : 'The reseller of the company is billed for it from now on.'
        }
        quiet={false}
        disabled={busy || (resellers !== null && chosen === undefined)}
        onConfirm={() =>
          onActivate(
            reseller && chosen ? { resellerId: reseller.resellerId, packageId: chosen.packageId } : {},
          )
        }
      />
    </div>
  );
}

function price({ monthlyPrice_minor, currency }: Schemas['ServicePackage']): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(monthlyPrice_minor / 10 ** digits);
}
