import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

function quietly<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch {
		return otherwise;
	}
}

/** The program that has a device open, where Linux lets us see it; other users' programs show only to root. */
export function ownerOf(path: string): string | undefined {
	const device = quietly(() => realpathSync(path), path);
	for (const pid of quietly(() => readdirSync("/proc"), [])) {
		if (!/^\d+$/.test(pid) || pid === String(process.pid)) continue;
		const folder = `/proc/${pid}/fd`;
		const opens = quietly(() => readdirSync(folder), []).some(fd => quietly(() => readlinkSync(`${folder}/${fd}`), "") === device);
		if (opens) return `${quietly(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "a program")} (process ${pid})`;
	}
	return undefined;
}

/** Whom to ask when the owner cannot be seen: ModemManager opens every modem that is plugged in. */
export function busyHint(path: string): string {
	const owner = ownerOf(path);
	if (owner === undefined)
		return "ModemManager likely has it: try `sudo systemctl stop ModemManager`, or close the terminal program that uses it";
	return owner.startsWith("ModemManager")
		? `${owner} has it: sudo systemctl stop ModemManager`
		: `${owner} has it open: end that program first`;
}
