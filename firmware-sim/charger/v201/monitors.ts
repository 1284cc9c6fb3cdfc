import type { DeviceModel, ModelVariable } from './device-model.js';
import type { ComponentName, VariableName } from './types.js';

export type MonitorType = 'UpperThreshold' | 'LowerThreshold' | 'Delta' | 'Periodic' | 'PeriodicClockAligned';
export type MonitorOrigin = 'HardWiredMonitor' | 'PreconfiguredMonitor' | 'CustomMonitor';
export type MonitoringBase = 'All' | 'FactoryDefault' | 'HardWiredOnly';

export interface MonitorSetting {
  readonly id?: number;
  readonly transaction?: boolean;
  readonly value: number;
  readonly type: MonitorType;
  readonly severity: number;
  readonly component: ComponentName;
  readonly variable: VariableName;
}

export interface Monitor extends Required<MonitorSetting> {
  readonly origin: MonitorOrigin;
  readonly target: ModelVariable;
  /** The value a delta counts from. */
  reference: string;
  /** A threshold that is passed. */
  alerting: boolean;
  /** When the last periodic event was; the mark of the clock for aligned ones. */
  lastPeriod: number;
}

export type SetMonitorStatus =
  'Accepted' | 'UnknownComponent' | 'UnknownVariable' | 'UnsupportedMonitorType' | 'Rejected' | 'Duplicate';

const firstCustomId = 100;
const lowestSeverity = 9;

/** The monitors on the device model's variables (OCPP 2.0.1 N02 to N08). */
export class Monitors {
  base: MonitoringBase = 'All';
  /** Events of this severity or a more severe (smaller) one are told. */
  level = lowestSeverity;
  private nextId = firstCustomId;
  private monitors: Monitor[] = [];

  constructor(
    private readonly model: DeviceModel,
    private readonly now_ms: () => number,
  ) {
    this.installFactory();
  }

  /** Those in force. */
  get active(): readonly Monitor[] {
    return this.base === 'HardWiredOnly'
      ? this.monitors.filter(({ origin }) => origin === 'HardWiredMonitor')
      : this.monitors;
  }

  get(id: number): Monitor | null {
    return this.monitors.find((monitor) => monitor.id === id) ?? null;
  }

  /** N04. */
  set(setting: MonitorSetting): { readonly status: SetMonitorStatus; readonly id: number | null } {
    const target = this.model.find(setting.component, setting.variable);
    if (typeof target === 'string') return { status: target, id: null };
    const { characteristics } = target;
    const numeric = characteristics.dataType === 'integer' || characteristics.dataType === 'decimal';
    if (!characteristics.supportsMonitoring) return { status: 'UnsupportedMonitorType', id: null };
    const { type, value, severity, id } = setting;
    if (type.endsWith('Threshold')) {
      if (!numeric) return { status: 'UnsupportedMonitorType', id: null };
      // N04.FR.11: a threshold beyond what the variable can ever be makes no sense.
      if (value > (characteristics.maxLimit ?? Infinity) || value < (characteristics.minLimit ?? -Infinity))
        return { status: 'Rejected', id: null };
    } else if (value < 0 || (type.startsWith('Periodic') && value === 0))
      return { status: 'Rejected', id: null };
    if (severity < 0 || severity > lowestSeverity) return { status: 'Rejected', id: null };
    const replaced = id === undefined ? null : this.get(id);
    if (
      id !== undefined &&
      (!replaced || replaced.origin === 'HardWiredMonitor' || replaced.target !== target)
    )
      return { status: 'Rejected', id: null };
    const twin = this.monitors.find(
      (one) => one.target === target && one.type === type && one.severity === severity && one !== replaced,
    );
    if (twin) return { status: 'Duplicate', id: null };
    const number = id ?? this.nextId++;
    this.monitors = this.monitors.filter((one) => one !== replaced);
    this.monitors.push(this.build({ ...setting, id: number }, target, 'CustomMonitor'));
    return { status: 'Accepted', id: number };
  }

  /** N06: what is built in cannot be cleared. */
  clear(id: number): 'Accepted' | 'Rejected' | 'NotFound' {
    const monitor = this.get(id);
    if (!monitor) return 'NotFound';
    if (monitor.origin === 'HardWiredMonitor') return 'Rejected';
    this.monitors = this.monitors.filter((one) => one !== monitor);
    return 'Accepted';
  }

  /** N05: everything but `All` forgets the custom monitors. */
  setBase(base: MonitoringBase): void {
    this.base = base;
    if (base === 'All') return;
    this.monitors = [];
    this.installFactory();
  }

  private installFactory(): void {
    const evseProblems = this.model.variables.filter(
      ({ component, variable }) => component.name === 'EVSE' && variable.name === 'Problem',
    );
    const evsePower = this.model.variables.filter(
      ({ component, variable }) => component.name === 'EVSE' && variable.name === 'Power',
    );
    let id = 1;
    const add = (target: ModelVariable, origin: MonitorOrigin, setting: Partial<MonitorSetting>): void => {
      const { component, variable } = target;
      const full = {
        value: 1,
        type: 'Delta' as const,
        severity: 2,
        component,
        variable,
        ...setting,
        id: id++,
      };
      this.monitors.push(this.build(full, target, origin));
    };
    for (const target of evseProblems) add(target, 'HardWiredMonitor', {});
    for (const target of evsePower)
      add(target, 'PreconfiguredMonitor', {
        type: 'UpperThreshold',
        severity: 4,
        value: target.characteristics.maxLimit ?? 0,
      });
  }

  private build(
    setting: MonitorSetting & { readonly id: number },
    target: ModelVariable,
    origin: MonitorOrigin,
  ): Monitor {
    return {
      ...setting,
      transaction: setting.transaction ?? false,
      origin,
      target,
      reference: target.read(),
      alerting: false,
      lastPeriod: this.now_ms(),
    };
  }
}
