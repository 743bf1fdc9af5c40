import { closeSync, openSync, constants as system } from "node:fs";
import { PortError } from "./port-error.js";

/** The calls of the C library that Node has no name for. Negative results are errors. */
export interface Libc {
	/** A new pseudo-terminal's master, non-blocking, closed on exec, and the path of its slave. */
	openMaster(): { readonly fd: number; readonly path: string };
	/** A second descriptor for the same master, closed on exec. */
	duplicate(fd: number): number;
	/** Whether a program has the slave open, and whether bytes of it wait. */
	look(fd: number): { readonly hungUp: boolean; readonly readable: boolean };
	/** Bytes go through as they are, and the slave shows {@link unsetBaud}. What nobody has read is thrown away, in both directions. */
	reset(fd: number, path: string): void;
	/** Undefined while no client has set one. */
	baud(fd: number): number | undefined;
}

/** A speed that no modem's client asks for; a slave that shows it was never configured. */
const unsetBaud = 134;

/** Linux <asm-generic/termbits.h>: codes 1… and 0x1001…; other systems, and glibc from 2.42 on, have the number itself. */
const slowBauds = [0, 50, 75, 110, unsetBaud, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19_200, 38_400] as const;
const fastBauds = [
	57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000,
	4_000_000,
] as const;
const firstFastCode = 0x1001;
/** BOTHER: the rate has no code and stands in `struct termios2` (Moddable's Serial on Linux, and any rate without a code). */
const otherSpeed = 0x1000;
/** TCGETS2 of <asm-generic/ioctls.h>, and where that structure has `c_ospeed`. */
const getTermios2 = 0x802c542a;
const outputSpeedOffset = 40;

export function baudOfCode(code: number): number {
	return slowBauds[code] ?? fastBauds[code - firstFastCode] ?? code;
}

/** <fcntl.h>, <poll.h>, <termios.h> of the two systems; only what differs, or is used. */
const constants =
	process.platform === "darwin"
		? { noctty: 0x20000, nonblock: 4, dupCloexec: 67, flushBoth: 3, unsetSpeed: unsetBaud }
		: { noctty: 0o400, nonblock: 0o4000, dupCloexec: 1030, flushBoth: 2, unsetSpeed: slowBauds.indexOf(unsetBaud) };
const readWrite = 2;
const getFlags = 3;
const setFlags = 4;
const setDescriptorFlags = 2;
const closeOnExec = 1;
const pollIn = 1;
const pollHup = 0x10;
/** More than any system's `struct termios`. */
const termiosBytes = 256;

async function loadKoffi() {
	if (process.platform === "win32") {
		throw new PortError("unavailable", "pty", "Windows has no pseudo-terminals: use --port tcp:5000 and let the program connect there");
	}
	try {
		return (await import("koffi")).default;
	} catch {
		throw new PortError(
			"unavailable",
			"pty",
			"pseudo-terminals need the optional package koffi: npm install koffi, or use --port tcp:5000",
		);
	}
}

/** @throws PortError `"unavailable"` where there is no koffi or no pseudo-terminal */
export async function loadLibc(): Promise<Libc> {
	const koffi = await loadKoffi();
	const libc = koffi.load(null);
	const posix_openpt = libc.func("int posix_openpt(int flags)");
	const grantpt = libc.func("int grantpt(int fd)");
	const unlockpt = libc.func("int unlockpt(int fd)");
	const ptsname_r = libc.func("int ptsname_r(int fd, _Out_ uint8_t *name, size_t size)");
	const fcntl = libc.func("int fcntl(int fd, int command, ...)");
	const poll = libc.func("int poll(_Inout_ uint8_t *fds, unsigned long count, int timeoutMs)");
	const tcgetattr = libc.func("int tcgetattr(int fd, _Out_ uint8_t *termios)");
	const tcsetattr = libc.func("int tcsetattr(int fd, int when, _Inout_ uint8_t *termios)");
	const tcflush = libc.func("int tcflush(int fd, int queue)");
	const cfmakeraw = libc.func("void cfmakeraw(_Inout_ uint8_t *termios)");
	const cfgetospeed = libc.func("unsigned long cfgetospeed(_Inout_ uint8_t *termios)");
	const ioctl = libc.func("int ioctl(int fd, unsigned long request, ...)");
	const cfsetospeed = libc.func("int cfsetospeed(_Inout_ uint8_t *termios, unsigned long speed)");
	const cfsetispeed = libc.func("int cfsetispeed(_Inout_ uint8_t *termios, unsigned long speed)");
	const termios = Buffer.alloc(termiosBytes);
	const pollfd = Buffer.alloc(8);

	function check(result: number, call: string): number {
		if (result < 0)
			throw new PortError("unavailable", "pty", `no pseudo-terminal: ${call} failed (errno ${koffi.errno()}); use --port tcp:5000`);
		return result;
	}

	return {
		openMaster() {
			const fd = check(posix_openpt(readWrite | constants.noctty), "posix_openpt");
			check(grantpt(fd), "grantpt");
			check(unlockpt(fd), "unlockpt");
			const name = Buffer.alloc(256);
			check(-Math.abs(ptsname_r(fd, name, name.length)), "ptsname_r");
			fcntl(fd, setDescriptorFlags, "int", closeOnExec);
			fcntl(fd, setFlags, "int", fcntl(fd, getFlags) | constants.nonblock);
			return { fd, path: name.toString("utf8", 0, name.indexOf(0)) };
		},
		duplicate: fd => check(fcntl(fd, constants.dupCloexec, "int", 0), "fcntl"),
		look(fd) {
			pollfd.writeInt32LE(fd, 0);
			pollfd.writeInt16LE(pollIn, 4);
			pollfd.writeInt16LE(0, 6);
			poll(pollfd, 1, 0);
			const events = pollfd.readInt16LE(6);
			return { hungUp: (events & pollHup) !== 0, readable: (events & pollIn) !== 0 };
		},
		reset(fd, path) {
			// Flushing the master leaves what the slave's line discipline already holds.
			const slave = openSync(path, system.O_RDWR | system.O_NOCTTY | system.O_NONBLOCK);
			tcflush(fd, constants.flushBoth);
			tcflush(slave, constants.flushBoth);
			closeSync(slave);
			if (tcgetattr(fd, termios) !== 0) return;
			cfmakeraw(termios);
			cfsetispeed(termios, constants.unsetSpeed);
			cfsetospeed(termios, constants.unsetSpeed);
			tcsetattr(fd, 0, termios);
		},
		baud(fd) {
			if (tcgetattr(fd, termios) !== 0) return undefined;
			const code = Number(cfgetospeed(termios));
			if (code === otherSpeed) {
				return ioctl(fd, getTermios2, "uint8_t *", termios) === 0 ? termios.readUInt32LE(outputSpeedOffset) : undefined;
			}
			const baud = baudOfCode(code);
			// B0 means "hang up" on a line with control signals; programs that leave it there (gammu) still talk.
			return baud === unsetBaud || baud === 0 ? undefined : baud;
		},
	};
}
