import { describe, expect, it } from '@jest/globals';
import { Car, ordinaryCar, type CarModel } from './car.js';

const car = (changes: Partial<CarModel>): Car => new Car({ ...ordinaryCar, ...changes });
function drive(subject: Car, seconds: number, offered_A: number): void {
  for (let step = 0; step < seconds * 4; step++) subject.step(0.25, offered_A, 690, 1);
}

describe('a car follows what it is offered', () => {
  it('IEC 61851-1: within its reaction time nothing changes, then it ramps', () => {
    const subject = car({});
    drive(subject, 4.5, 16);
    expect(subject.current_A).toBe(0);
    drive(subject, 1, 16);
    expect(subject.current_A).toBeGreaterThanOrEqual(6);
    drive(subject, 5, 16);
    expect(subject.current_A).toBe(16);
  });

  it('never draws more than it can, and stops below 6 A', () => {
    const subject = car({ maximum_A: 10 });
    drive(subject, 15, 32);
    expect(subject.current_A).toBe(10);
    drive(subject, 10, 5.9);
    expect(subject.current_A).toBe(0);
  });

  it('reacts to each setpoint after the same delay, in order', () => {
    const subject = car({ ramp_A_per_s: 100 });
    drive(subject, 10, 16);
    drive(subject, 2, 8);
    drive(subject, 2, 12);
    expect(subject.current_A).toBe(16);
    drive(subject, 2, 12);
    expect(subject.current_A).toBe(8);
    drive(subject, 2, 12);
    expect(subject.current_A).toBe(12);
  });

  it('may fall asleep for good when it was paused', () => {
    for (const wakesAfterPause of [true, false]) {
      const subject = car({ wakesAfterPause });
      drive(subject, 20, 16);
      drive(subject, 10, 0);
      drive(subject, 20, 16);
      expect(subject.current_A).toBe(wakesAfterPause ? 16 : 0);
    }
  });

  it('takes exactly what it wants and then stops', () => {
    const subject = car({ energyWanted_Wh: 20 });
    drive(subject, 60, 16);
    expect(subject.delivered_Wh).toBeCloseTo(20, 9);
    expect(subject.current_A).toBe(0);
  });

  it('tapers towards full', () => {
    const subject = car({ energyWanted_Wh: 100, taperFrom: 0.5 });
    drive(subject, 20, 16);
    const early_A = subject.current_A;
    while (subject.delivered_Wh < 85) subject.step(0.25, 16, 690, 1);
    expect(subject.current_A).toBeLessThan(early_A);
    expect(subject.current_A).toBeGreaterThan(6);
  });

  it('with an energy scale of 60 fills 60 times faster at the same current', () => {
    const slow = car({});
    const fast = car({});
    for (let step = 0; step < 80; step++) {
      slow.step(0.25, 16, 690, 1);
      fast.step(0.25, 16, 690, 60);
    }
    expect(fast.current_A).toBe(slow.current_A);
    expect(fast.delivered_Wh).toBeCloseTo(slow.delivered_Wh * 60, 6);
  });

  it('is cut at once when the relay opens', () => {
    const subject = car({});
    drive(subject, 20, 16);
    subject.cut();
    expect(subject.current_A).toBe(0);
  });
});
