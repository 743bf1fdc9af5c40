export interface Battery {
	readonly id: string;
	readonly chemistry: string;
	readonly capacityMilliampHours: number;
	/** Share of the capacity that can be drawn before the voltage is too low. */
	readonly usableShare: number;
	/** Share of the capacity lost each year. */
	readonly selfDischargePerYear: number;
	/** No projection goes beyond it, however little is drawn. */
	readonly shelfLifeYears: number;
}

/** Lithium thionyl chloride with a pulse capacitor, as meters have; typical figures of the trade, none of one data sheet. */
export const LITHIUM_C_CELL: Battery = {
	id: "ER26500",
	chemistry: "Li-SOCl2",
	capacityMilliampHours: 8500,
	usableShare: 0.85,
	selfDischargePerYear: 0.01,
	shelfLifeYears: 20,
};

export const HOURS_PER_YEAR = 8760;

/** Years until the usable capacity is drawn at a constant average current, self-discharge (linear) included; the cell's age apart. */
export function chargeYears(battery: Battery, averageMicroamps: number): number {
	const perYearMilliampHours =
		(averageMicroamps / 1000) * HOURS_PER_YEAR + battery.capacityMilliampHours * battery.usableShare * battery.selfDischargePerYear;
	return (battery.capacityMilliampHours * battery.usableShare) / perYearMilliampHours;
}

export function batteryYears(battery: Battery, averageMicroamps: number): number {
	return Math.min(battery.shelfLifeYears, chargeYears(battery, averageMicroamps));
}

export function batteryAssumptions(battery: Battery, averageMicroamps: number): string[] {
	const charge = Math.round(chargeYears(battery, averageMicroamps) * 10) / 10;
	return [
		`battery: one ${battery.id} ${battery.chemistry} cell, ${battery.capacityMilliampHours} mAh, ${battery.usableShare * 100} % usable (typical, temperature and pulse load not modelled)`,
		`battery.self-discharge: ${battery.selfDischargePerYear * 100} % per year (typical)`,
		`battery.shelf-life: ${battery.shelfLifeYears} years at most (typical); the charge alone would last ${charge} years`,
		"battery.consumer: the module alone; microcontroller and meter are not in it",
	];
}
